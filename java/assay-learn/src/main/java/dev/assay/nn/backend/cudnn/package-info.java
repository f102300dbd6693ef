/**
 * Networks on NVIDIA GPUs: convolution, batch normalisation, pooling and recurrent layers by cuDNN,
 * the rest by our own kernels, all on one stream.
 *
 * <p>What cuDNN can do in one pass over the activations - a convolution with bias, sum and ReLU,
 * normalisation with sum and ReLU, its gradients - is given to it as one graph of its graph API.
 * Everything else, and what it takes no graph for, is done by its functions for single layers.
 * cuDNN 9 marks these as deprecated in favour of its graphs, and keeps them, hence the suppressed
 * warnings.
 */
package dev.assay.nn.backend.cudnn;
