/* The single list of kernels. The C ABI's entries and validators, the CPU table, the CUDA table and the SIMT table are
 * all made from it, so that a row without its twins does not build, with or without nvcc. */
#ifndef ASSAY_KERNEL_LIST_H
#define ASSAY_KERNEL_LIST_H

#define ASSAY_FOR_EACH_KERNEL(ASSAY_KERNEL)             \
  ASSAY_KERNEL(pixel_signals, PixelSignalsArgs)         \
  ASSAY_KERNEL(region_signals, RegionSignalsArgs)       \
  ASSAY_KERNEL(context_mixture, ContextMixtureArgs)     \
  ASSAY_KERNEL(bald, BaldArgs)                          \
  ASSAY_KERNEL(flip_consistency, FlipConsistencyArgs)   \
  ASSAY_KERNEL(kl_histogram, KlHistogramArgs)           \
  ASSAY_KERNEL(squared_distances, SquaredDistancesArgs) \
  ASSAY_KERNEL(context_distance, ContextDistanceArgs)   \
  ASSAY_KERNEL(k_center, KCenterArgs)                   \
  ASSAY_KERNEL(confusion, ConfusionArgs)                \
  ASSAY_KERNEL(cross_entropy, CrossEntropyArgs)         \
  ASSAY_KERNEL(sgd_step, SgdStepArgs)                   \
  ASSAY_KERNEL(adam_step, AdamStepArgs)                 \
  ASSAY_KERNEL(squared_norm, SquaredNormArgs)           \
  ASSAY_KERNEL(elementwise, ElementwiseArgs)            \
  ASSAY_KERNEL(channel_copy, ChannelCopyArgs)           \
  ASSAY_KERNEL(resize, ResizeArgs)                      \
  ASSAY_KERNEL(dropout_mask, DropoutMaskArgs)           \
  ASSAY_KERNEL(fold_normalisation, FoldNormalisationArgs)

#endif
