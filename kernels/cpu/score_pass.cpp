#include "cpu/score_pass.h"

#include <algorithm>

namespace assay::cpu {
namespace {

// NCHW with one column is NHWC with one pixel, and the other way round: say so in strides that the row loop knows.
ScoreLayout layout_of(const AssayTensor& t) { return {t.c, t.stride_c, t.w <= 1 ? 1 : t.stride_w}; }

PixelNeeds with_maps(PixelNeeds needs, const AssayPixelMaps& maps) {
  needs.confidence = needs.confidence || maps.max_probability != nullptr || maps.margin != nullptr;
  return needs;
}

}  // namespace

ScorePass::ScorePass(const AssayTensor& input, int64_t input_kind, const AssayPixelMaps& maps, PixelNeeds regions)
    : input_(input),
      maps_(maps),
      layout_(layout_of(input)),
      row_(row_function(input.dtype, input_kind, with_maps(regions, maps))) {}

RowSegment ScorePass::segment(int64_t n, int64_t y, int64_t x, int64_t pixels, const RowWorkspace& workspace) const {
  const int64_t size = input_.dtype == ASSAY_F32 ? 4 : 2;
  const int64_t offset = n * input_.stride_n + y * input_.stride_h + x * layout_.stride_w;
  const int64_t at = (n * input_.h + y) * input_.w + x;
  RowSegment s;
  s.scores = static_cast<const char*>(input_.data) + offset * size;
  s.pixels = pixels;
  s.entropy = maps_.entropy != nullptr ? maps_.entropy + at : workspace.floats(0);
  s.argmax = maps_.argmax != nullptr ? maps_.argmax + at : workspace.bytes();
  s.max_probability = maps_.max_probability != nullptr ? maps_.max_probability + at : workspace.floats(1);
  s.margin = maps_.margin != nullptr ? maps_.margin + at : workspace.floats(2);
  s.least_confidence = workspace.floats(3);
  s.probability_lanes = nullptr;
  s.mixtures = nullptr;
  s.region_pixels = 0;
  return s;
}

int64_t ScorePass::run_maps(int64_t n, int64_t y, int64_t x, int64_t x_end, const RowWorkspace& workspace) const {
  int64_t bad = 0;
  for (; x < x_end; x += kMaxRun) {
    const RowSegment s = segment(n, y, x, std::min(kMaxRun, x_end - x), workspace);
    run(s, workspace);
    bad += std::count(s.argmax, s.argmax + s.pixels, uint8_t{255});
  }
  return bad;
}

}  // namespace assay::cpu
