/* channel_copy: a range of channels of one NHWC tensor into a range of channels of another: concatenation and slicing.
 *
 * Equation. to[i, to_channel + c] = from[i, from_channel + c] for c in [0, channels) and every pixel i.
 * Source. torch.cat and narrow along the channels. Differences. None.
 *
 * Shapes. from [pixels, from_channels], to [pixels, to_channels], dense NHWC with n, h and w as one axis; other
 * channels of `to` keep their values. Dtypes. fp32, fp16 and bf16: bits move, NaN payloads included. pixels = 0 and
 * channels = 0 are allowed. Aliasing. The buffers do not overlap. Stream. On a device the call enqueues on
 * exec.stream. Scratch. None. Cost. The range is read once and written once; on a device in units of the largest power
 * of two, up to 16 bytes, that divides both addresses and all row lengths. Errors. INVALID_ARGUMENT. */
#ifndef ASSAY_KERNELS_CHANNEL_COPY_H
#define ASSAY_KERNELS_CHANNEL_COPY_H

#include "assay/kernels/tensor.h"

typedef struct AssayChannelCopyArgs {
  int64_t struct_size;
  int64_t dtype;
  int64_t pixels, channels;
  const void* from;
  int64_t from_channels, from_channel;
  void* to;
  int64_t to_channels, to_channel;
} AssayChannelCopyArgs;

#endif
