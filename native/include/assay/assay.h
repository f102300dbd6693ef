/* Assay's C ABI: stateless functions over buffers that the caller owns.
 *
 * Every function validates its arguments, never aborts, never throws, and returns a status; the text of
 * the last failure on the calling thread is assay_last_error(). All functions are thread-safe. Inputs are
 * never written. Outputs may not overlap inputs or each other. A null output pointer means "not wanted".
 *
 * Every argument struct consists of 8-byte fields only (int64_t, double, pointer), in the order written
 * here, so that another language can fill it as an array of 64-bit words. The first word is the struct's
 * size in bytes: it guards against a header and a library that do not match.
 *
 * With exec.device >= 0 all data pointers are device addresses on that device and work is enqueued on
 * exec.stream; with exec.device == ASSAY_CPU they are host addresses and the call returns when done.
 * The equations, tie and NaN rules live in kernels/include/assay/kernels/<kernel>.h. */
#ifndef ASSAY_ASSAY_H
#define ASSAY_ASSAY_H

#include "assay/kernels/all.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

AssayStatus assay_pixel_signals(const AssayExec* exec, const AssayPixelSignalsArgs* args);
AssayStatus assay_region_signals(const AssayExec* exec, const AssayRegionSignalsArgs* args);
AssayStatus assay_bald(const AssayExec* exec, const AssayBaldArgs* args);
AssayStatus assay_flip_consistency(const AssayExec* exec, const AssayFlipConsistencyArgs* args);
AssayStatus assay_context_mixture(const AssayExec* exec, const AssayContextMixtureArgs* args);
AssayStatus assay_confusion(const AssayExec* exec, const AssayConfusionArgs* args);
AssayStatus assay_cross_entropy(const AssayExec* exec, const AssayCrossEntropyArgs* args);
AssayStatus assay_sgd_step(const AssayExec* exec, const AssaySgdStepArgs* args);
AssayStatus assay_adam_step(const AssayExec* exec, const AssayAdamStepArgs* args);
AssayStatus assay_squared_norm(const AssayExec* exec, const AssaySquaredNormArgs* args);
AssayStatus assay_kl_histogram(const AssayExec* exec, const AssayKlHistogramArgs* args);
AssayStatus assay_squared_distances(const AssayExec* exec, const AssaySquaredDistancesArgs* args);
AssayStatus assay_context_distance(const AssayExec* exec, const AssayContextDistanceArgs* args);
AssayStatus assay_k_center(const AssayExec* exec, const AssayKCenterArgs* args);
AssayStatus assay_elementwise(const AssayExec* exec, const AssayElementwiseArgs* args);
AssayStatus assay_channel_copy(const AssayExec* exec, const AssayChannelCopyArgs* args);
AssayStatus assay_resize(const AssayExec* exec, const AssayResizeArgs* args);
AssayStatus assay_dropout_mask(const AssayExec* exec, const AssayDropoutMaskArgs* args);
AssayStatus assay_fold_normalisation(const AssayExec* exec, const AssayFoldNormalisationArgs* args);

/* ASSAY_ABI_VERSION of the library. */
int32_t assay_abi_version(void);
/* The failure of the last call on this thread, or "". Valid until this thread's next call. */
const char* assay_last_error(void);
/* The instruction set the CPU twins run with, for example "AVX3_ZEN4". */
const char* assay_cpu_target(void);

/* Opens the CUDA library at `path` (a file name) once per process. ASSAY_UNSUPPORTED, with a printable reason, when the
 * file, the driver or a device is missing: the CPU keeps working. Calling it again after success does nothing. */
AssayStatus assay_cuda_open(const char* path);
/* Number of usable CUDA devices; 0 before a successful assay_cuda_open. */
int32_t assay_cuda_device_count(void);

/* The signature of a function that assay_library_ask calls. */
enum {
  ASSAY_ASK_VALUE = 0,   /* size_t f(void): the value */
  ASSAY_ASK_STATUS = 1,  /* int f(void): the value */
  ASSAY_ASK_OUTPUT = 2,  /* int f(int*): what it writes; any return value but 0 is a failure */
  ASSAY_ASK_PROPERTY = 3 /* int f(int argument, int*): the same */
};
/* Opens the shared library in the file `path` for the life of the process, calls its function, and writes what that
 * says to *answer: for versions of libraries that may be missing. ASSAY_UNSUPPORTED, with the linker's reason, when the
 * file cannot be loaded, has no such function, or the function fails. */
AssayStatus assay_library_ask(const char* path, const char* function, int32_t form, int32_t argument, int64_t* answer);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
