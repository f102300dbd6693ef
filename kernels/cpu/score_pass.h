// One call's walk over rows of scores: where a row lies, where its signals go, and each thread's scratch.
#ifndef ASSAY_CPU_SCORE_PASS_H
#define ASSAY_CPU_SCORE_PASS_H

#include <cstdint>
#include <memory>
#include <new>

#include "cpu/score_rows.h"

namespace assay::cpu {

// `size` bytes aligned to a cache line; throws std::bad_alloc.
class AlignedBytes {
 public:
  explicit AlignedBytes(int64_t size)
      : bytes_(static_cast<char*>(::operator new (static_cast<size_t>(size), std::align_val_t{64}))) {}
  char* data() const { return bytes_.get(); }

 private:
  struct Free {
    void operator()(char* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::unique_ptr<char, Free> bytes_;
};

// Pixels that a row is taken in at a time when nothing else decides: bounds the buffers below.
constexpr int64_t kMaxRun = 4096;

// Stand-ins for the maps that nobody wants, and the row loop's scratch. One per thread.
class RowWorkspace {
 public:
  RowWorkspace(int64_t classes, int64_t pixels)
      : pixels_((pixels + kMaxLanes - 1) / kMaxLanes * kMaxLanes),
        rows_(pixels_ * kRows * 4),
        scratch_(row_scratch_bytes(classes)) {}

  float* floats(int64_t row) const { return reinterpret_cast<float*>(rows_.data()) + row * pixels_; }
  uint8_t* bytes() const { return reinterpret_cast<uint8_t*>(floats(kRows - 1)); }
  void* scratch() const { return scratch_.data(); }

 private:
  static constexpr int64_t kRows = 5;
  int64_t pixels_;
  AlignedBytes rows_;
  AlignedBytes scratch_;
};

class ScorePass {
 public:
  // `regions`: what region sums need of every pixel; what the maps need comes on top.
  ScorePass(const AssayTensor& input, int64_t input_kind, const AssayPixelMaps& maps, PixelNeeds regions);

  // The run of `pixels` at (n, y, x), as many as the workspace holds at most: outputs go to the maps that are wanted,
  // else to the workspace.
  RowSegment segment(int64_t n, int64_t y, int64_t x, int64_t pixels, const RowWorkspace& workspace) const;

  void run(const RowSegment& segment, const RowWorkspace& workspace) const {
    row_(layout_, segment, workspace.scratch());
  }

  // Computes [x, x_end) of a row for its maps alone, with a workspace of kMaxRun pixels; returns the pixels without a
  // distribution.
  int64_t run_maps(int64_t n, int64_t y, int64_t x, int64_t x_end, const RowWorkspace& workspace) const;

 private:
  AssayTensor input_;
  AssayPixelMaps maps_;
  ScoreLayout layout_;
  RowFunction row_;
};

}  // namespace assay::cpu

#endif
