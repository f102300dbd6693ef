// The host half of reading a score tensor: which way suits its layout, and how a block is shaped for it.
#ifndef ASSAY_CUDA_SCORE_VIEW_H
#define ASSAY_CUDA_SCORE_VIEW_H

#include "assay/kernels/pixel_signals.h"
#include "cuda/device.h"
#include "cuda/dtype_dispatch.h"

namespace assay::cuda {

// A tensor of class scores as device bodies see it; strides in elements.
struct ScoreView {
  const void* data;
  int64_t n, c, h, w;
  int64_t stride_n, stride_c, stride_h, stride_w;
};

// A piece of one image; rows * columns fits an int.
struct Rectangle {
  int64_t n, y, x;
  int rows, columns;
};

enum class ReadPath {
  kVector,       // planes with aligned rows: 4 or 8 pixels per thread, 16-byte loads
  kInterleaved,  // classes next to each other: rows copied to shared memory with 16-byte loads
  kScalar        // any strides, or too many classes for the above: one pixel per thread
};

struct ReadPlan {
  ReadPath path;
  unsigned threads;
  int64_t pixels_per_pass;  // pixels that a block takes at once
  int64_t dynamic_shared;
};

// Elements between two rows of an interleaved tile: a row's scores, room for its misalignment, a multiple of 16 bytes.
constexpr int64_t interleaved_pitch(int64_t columns, int64_t classes, int64_t per_vector) {
  return (columns * classes + 2 * per_vector - 2) / per_vector * per_vector;
}

// Pixels of an interleaved tile for each thread, computed side by side.
constexpr int kInterleavedPixels = 2;

inline ScoreView view_of(const AssayTensor& t) {
  return {t.data, t.n, t.c, t.h, t.w, t.stride_n, t.stride_c, t.stride_h, t.stride_w};
}

// Rows that follow each other without a gap are one long row: no tails for narrow images.
inline ScoreView with_joined_rows(ScoreView view) {
  if (view.h > 1 && view.w > 0 && view.stride_h == view.w * view.stride_w) {
    view.w *= view.h;
    view.h = 1;
  }
  return view;
}

inline bool vector_rows(const AssayTensor& t) {
  const int64_t per_vector = t.dtype == ASSAY_F32 ? 4 : 8;
  const auto keeps_alignment = [&](int64_t extent, int64_t stride) { return extent <= 1 || stride % per_vector == 0; };
  return t.stride_w == 1 && aligned_16(t.data) && keeps_alignment(t.n, t.stride_n) &&
         keeps_alignment(t.c, t.stride_c) && keeps_alignment(t.h, t.stride_h);
}

// Every path keeps a block's scores in shared memory between the search for the largest and the exponentials, so that
// they are read once whatever their number. `other_shared` bytes of shared memory belong to the kernel itself.
inline ReadPlan plan_reading(const AssayTensor& t, int64_t other_shared) {
  const int64_t bytes = stored_bytes(t.dtype);
  const auto largest_block = [&](int64_t bytes_per_thread) {
    unsigned threads = 128;
    while (threads >= kWarpSize && threads * bytes_per_thread + other_shared > kSharedBytes) threads /= 2;
    return threads;
  };
  if (t.c > 1 && t.stride_c == 1 && t.stride_w == t.c) {
    // Up to one row per pixel, each with its own misalignment.
    const int64_t per_thread = kInterleavedPixels * (t.c * bytes + 32);
    const unsigned threads = largest_block(per_thread);
    if (threads >= kWarpSize) {
      return {ReadPath::kInterleaved, threads, threads * kInterleavedPixels, threads * per_thread};
    }
  }
  const unsigned threads = largest_block(t.c * 16);
  if (vector_rows(t) && threads >= kWarpSize) {
    return {ReadPath::kVector, threads, threads * (16 / bytes), threads * t.c * 16};
  }
  const unsigned scalar = largest_block(t.c * bytes);
  return {ReadPath::kScalar, scalar, scalar, scalar * t.c * bytes};
}

}  // namespace assay::cuda

#endif
