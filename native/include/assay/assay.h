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

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_ABI_VERSION 1
#define ASSAY_CPU (-1)
/* Pooled cells are always 8 x 8 per region. */
#define ASSAY_CELLS 8
/* Argmax maps are bytes and 255 is the ignore label, hence at most 255 classes. */
#define ASSAY_MAX_CLASSES 255

typedef int32_t AssayStatus;
enum {
  ASSAY_OK = 0,
  ASSAY_INVALID_ARGUMENT = 1,
  ASSAY_UNSUPPORTED = 2,
  ASSAY_OUT_OF_HOST_MEMORY = 3,
  ASSAY_OUT_OF_DEVICE_MEMORY = 4,
  ASSAY_DEVICE_LOST = 5,
  ASSAY_BAD_STATE = 6,
  ASSAY_INTERNAL = 7
};

enum { ASSAY_F32 = 0, ASSAY_F16 = 1, ASSAY_BF16 = 2 };
enum { ASSAY_LOGITS = 0, ASSAY_PROBABILITIES = 1 };

typedef struct AssayExec {
  int64_t struct_size;
  int64_t device;  /* ASSAY_CPU or a CUDA ordinal */
  int64_t stream;  /* cudaStream_t as an integer; 0 is the default stream; ignored on the CPU */
  int64_t threads; /* CPU threads, the caller included; 0 means all; ignored on a GPU */
} AssayExec;

/* A class-score tensor of logical shape [n, c, h, w]; strides are in elements, so NCHW and NHWC (and
 * crops of either) are the same type. Supported: w stride 1 (NCHW) or c stride 1 (NHWC). */
typedef struct AssayTensor {
  const void* data;
  int64_t dtype;
  int64_t n, c, h, w;
  int64_t stride_n, stride_c, stride_h, stride_w;
} AssayTensor;

/* Per-pixel maps, each dense [n, h, w]. */
typedef struct AssayPixelMaps {
  float* entropy;         /* nats */
  uint8_t* argmax;        /* lowest index among equals */
  float* max_probability; /* in [1/c, 1] */
  float* margin;          /* largest minus second largest probability */
} AssayPixelMaps;

typedef struct AssayPixelSignalsArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind; /* ASSAY_LOGITS or ASSAY_PROBABILITIES */
  AssayPixelMaps maps;
  int64_t* nan_pixels; /* [1] pixels with at least one NaN score; required */
} AssayPixelSignalsArgs;

typedef struct AssayRegionSignalsArgs {
  int64_t struct_size;
  AssayTensor input;
  int64_t input_kind;
  AssayPixelMaps maps;
  const int32_t* region_nxy;    /* [regions, 3]: image, x, y of the upper-left pixel */
  int64_t regions;
  int64_t region_w, region_h;   /* >= 8 each when a pooled-cell output is wanted, >= 1 otherwise */
  int32_t* class_histogram;     /* [regions, c] pixels by argmax */
  float* entropy_min;           /* [regions, 8, 8] */
  float* entropy_avg;           /* [regions, 8, 8] */
  float* entropy_max;           /* [regions, 8, 8] */
  float* entropy_mean;          /* [regions] over all the region's pixels */
  float* margin_mean;           /* [regions] mean of margin */
  float* least_confidence_mean; /* [regions] mean of 1 - max probability */
  float* probability_mean;      /* [regions, c] mean probability of each class */
  int32_t* region_nan_pixels;   /* [regions] */
  int64_t* nan_pixels;          /* [1] over the whole tensor when maps are wanted, else over the regions; required */
} AssayRegionSignalsArgs;

typedef struct AssayConfusionArgs {
  int64_t struct_size;
  const uint8_t* truth;      /* [count] */
  const uint8_t* prediction; /* [count] */
  int64_t count;
  int64_t classes;
  int64_t ignore;      /* truth value to skip, 0..255, or -1 for none */
  int64_t* confusion;  /* [classes, classes], rows truth, overwritten; required */
  int64_t* out_of_range; /* [1] pixels whose truth is neither a class nor ignored, or whose prediction is no class; required */
} AssayConfusionArgs;

/* Softmax cross entropy with its gradient: what the segmenter trains with. */
typedef struct AssayCrossEntropyArgs {
  int64_t struct_size;
  AssayTensor logits;         /* fp32 */
  const uint8_t* labels;      /* dense [n, h, w] */
  const float* class_weights; /* [c] or null for ones */
  int64_t ignore;             /* label to skip, 0..255, or -1 */
  double* loss;               /* [1] sum_i w_i loss_i / sum_i w_i; 0 when no pixel counts; required */
  double* weight_sum;         /* [1] sum of the counted pixels' weights; required */
  int64_t* out_of_range;      /* [1] labels that are neither a class nor ignored; required */
  float* gradient;            /* the logits' shape and strides; d loss / d logits, 0 at ignored pixels */
} AssayCrossEntropyArgs;

/* v = momentum v + g;  p = p - lr v,  with g = scale * grad + weight_decay * p (torch.optim.SGD). */
typedef struct AssaySgdStepArgs {
  int64_t struct_size;
  float* parameters;
  const float* gradients;
  float* velocity;
  int64_t count;
  double learning_rate, momentum, weight_decay;
  double gradient_scale; /* 1, or less when the gradient's norm is clipped */
} AssaySgdStepArgs;

/* torch.optim.Adam with L2 weight decay; bias corrections are computed from `step` (1 for the first). */
typedef struct AssayAdamStepArgs {
  int64_t struct_size;
  float* parameters;
  const float* gradients;
  float* first_moment;
  float* second_moment;
  int64_t count;
  int64_t step;
  double learning_rate, beta1, beta2, epsilon, weight_decay;
  double gradient_scale;
} AssayAdamStepArgs;

/* out[0] = sum of squares in double, in an order that does not depend on the thread count. */
typedef struct AssaySquaredNormArgs {
  int64_t struct_size;
  const float* values;
  int64_t count;
  double* out;
} AssaySquaredNormArgs;

AssayStatus assay_pixel_signals(const AssayExec* exec, const AssayPixelSignalsArgs* args);
AssayStatus assay_region_signals(const AssayExec* exec, const AssayRegionSignalsArgs* args);
AssayStatus assay_confusion(const AssayExec* exec, const AssayConfusionArgs* args);
AssayStatus assay_cross_entropy(const AssayExec* exec, const AssayCrossEntropyArgs* args);
AssayStatus assay_sgd_step(const AssayExec* exec, const AssaySgdStepArgs* args);
AssayStatus assay_adam_step(const AssayExec* exec, const AssayAdamStepArgs* args);
AssayStatus assay_squared_norm(const AssayExec* exec, const AssaySquaredNormArgs* args);

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

#ifdef __cplusplus
}
#endif
#endif
