package dev.assay.nn.backend;

/**
 * The tensors of one batch normalisation, each fp32 [c], and its constants.
 *
 * @param scale gamma
 * @param shift beta
 * @param runningMean exponential mean of the batch means
 * @param runningVariance exponential mean of the unbiased batch variances
 * @param epsilon added to the variance
 * @param momentum share of the new batch in the running statistics
 */
public record Normalisation(
    Tensor scale,
    Tensor shift,
    Tensor runningMean,
    Tensor runningVariance,
    float epsilon,
    float momentum) {}
