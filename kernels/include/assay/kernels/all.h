/* Every contract. C-compatible. */
#ifndef ASSAY_KERNELS_ALL_H
#define ASSAY_KERNELS_ALL_H

#include "assay/kernels/adam_step.h"
#include "assay/kernels/bald.h"
#include "assay/kernels/channel_copy.h"
#include "assay/kernels/confusion.h"
#include "assay/kernels/context_distance.h"
#include "assay/kernels/context_mixture.h"
#include "assay/kernels/cross_entropy.h"
#include "assay/kernels/dropout_mask.h"
#include "assay/kernels/elementwise.h"
#include "assay/kernels/exec.h"
#include "assay/kernels/flip_consistency.h"
#include "assay/kernels/fold_normalisation.h"
#include "assay/kernels/k_center.h"
#include "assay/kernels/kl_histogram.h"
#include "assay/kernels/pixel_signals.h"
#include "assay/kernels/region_signals.h"
#include "assay/kernels/resize.h"
#include "assay/kernels/sgd_step.h"
#include "assay/kernels/squared_distances.h"
#include "assay/kernels/squared_norm.h"
#include "assay/kernels/status.h"
#include "assay/kernels/tensor.h"

/* Version of the argument structs: raised when a field is added, moved or changes its meaning. */
#define ASSAY_ABI_VERSION 3

#endif
