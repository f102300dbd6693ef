// The per-pixel arithmetic of flip_consistency over runs of pixels of one image row.
#ifndef ASSAY_CPU_FLIP_ROWS_H
#define ASSAY_CPU_FLIP_ROWS_H

#include <cstdint>

#include "assay/kernels/flip_consistency.h"
#include "cpu/score_rows.h"

namespace assay::cpu {

// A run of neighbouring pixels of a row, and where what they say goes: rows of whole vectors.
struct FlipRun {
  const void* row;      // class 0 of the row's first pixel
  const void* flipped;  // likewise, of the same row in the prediction of the mirrored image
  int64_t width;        // of the row
  int64_t x, pixels;
  AssayFlipMaps out;  // of the run; every pointer valid
};

// Scratch of a run in bytes, aligned to 64: exponents and exponentials of both, two staged steps.
constexpr int64_t flip_scratch_bytes(int64_t classes) { return 6 * classes * kMaxLanes * 4; }

using FlipFunction = void (*)(const ScoreLayout& layout, const ScoreLayout& flipped_layout, const FlipRun& run,
                              void* scratch);

// The function for a dtype and an input kind on this machine.
FlipFunction flip_function(int64_t dtype, int64_t input_kind);

}  // namespace assay::cpu

#endif
