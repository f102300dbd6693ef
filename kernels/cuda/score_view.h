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
  kVector,       // planes with aligned rows and a common class count: 16-byte loads, scores in registers
  kInterleaved,  // classes next to each other: rows copied to shared memory with 16-byte loads
  kColumn        // anything else: one pixel per thread, its scores in a private column of shared memory
};

struct ReadPlan {
  ReadPath path;
  int register_classes;  // kVector: the class count compiled in
  unsigned threads;
  int64_t pixels_per_pass;  // pixels that a block takes at once
  int64_t dynamic_shared;
};

// Elements between two rows of an interleaved tile: a row's scores, room for its misalignment, a multiple of 16 bytes.
constexpr int64_t interleaved_pitch(int64_t columns, int64_t classes, int64_t per_vector) {
  return (columns * classes + 2 * per_vector - 2) / per_vector * per_vector;
}

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
  return t.stride_w == 1 && aligned_16(t.data) && t.stride_n % per_vector == 0 && t.stride_c % per_vector == 0 &&
         t.stride_h % per_vector == 0;
}

inline bool has_register_variant(int64_t classes) {
  return classes == 2 || classes == 11 || classes == 19 || classes == 21;
}

// `other_shared` bytes of shared memory belong to the kernel itself.
inline ReadPlan plan_reading(const AssayTensor& t, int64_t other_shared) {
  const int64_t bytes = stored_bytes(t.dtype);
  if (vector_rows(t) && has_register_variant(t.c)) {
    return {ReadPath::kVector, static_cast<int>(t.c), 128, 128 * (16 / bytes), 0};
  }
  unsigned threads = 128;
  // A tile of at most `threads` pixels, each row of it with its own misalignment.
  const auto tile_bytes = [&](int64_t pixels) { return pixels * t.c * bytes + 32 * pixels; };
  const bool interleaved = t.c > 1 && t.stride_c == 1 && t.stride_w == t.c;
  const auto needed = [&](int64_t pixels) { return interleaved ? tile_bytes(pixels) : pixels * t.c * bytes; };
  while (threads > kWarpSize && needed(threads) + other_shared > kSharedBytes) threads /= 2;
  return {interleaved ? ReadPath::kInterleaved : ReadPath::kColumn, 0, threads, threads, needed(threads)};
}

}  // namespace assay::cuda

#endif
