// The rows of the case table, and how a backend is held against the CPU twins and against the equations.
#ifndef ASSAY_TESTS_CASES_SCORE_TABLE_H
#define ASSAY_TESTS_CASES_SCORE_TABLE_H

#include "score_reference.h"

namespace assay_test {

// `reduced` keeps the rows that differ in control flow: for slow machinery such as ThreadSanitizer.
inline std::vector<ScoreCase> score_table(bool reduced) {
  using L = Layout;
  using F = Fill;
  using R = Regions;
  constexpr int64_t kLogits = ASSAY_LOGITS, kProbabilities = ASSAY_PROBABILITIES;
  std::vector<ScoreCase> rows = {
      {"planar vectors with tails", 2, 11, 3, 44, L::kPlanar, ASSAY_F32, kLogits, F::kNormal},
      {"row ends inside a vector", 1, 19, 5, 33, L::kPlanarWide, ASSAY_F16, kLogits, F::kNan},
      {"interleaved, odd classes", 1, 19, 3, 67, L::kInterleaved, ASSAY_F32, kLogits, F::kNormal},
      {"interleaved halves", 1, 21, 2, 70, L::kInterleavedShift, ASSAY_BF16, kLogits, F::kTies},
      {"regions 80x90", 1, 11, 90, 160, L::kPlanar, ASSAY_F32, kLogits, F::kSkewed, R::kGrid, 80, 90},
      {"overlapping regions with NaN", 2, 5, 40, 48, L::kPlanar, ASSAY_F16, kLogits, F::kNan, R::kOverlapping, 17, 19},
      {"interleaved regions", 1, 11, 40, 50, L::kInterleaved, ASSAY_F32, kProbabilities, F::kNan, R::kOverlapping, 24,
       33},
      {"scalar regions", 1, 33, 20, 31, L::kPlanar, ASSAY_BF16, kLogits, F::kExtreme, R::kOverlapping, 9, 8},
      {"regions without cells", 1, 3, 9, 30, L::kPlanarShift, ASSAY_F32, kLogits, F::kOneHot, R::kOverlapping, 5, 3},
  };
  if (reduced) return rows;
  // Class counts, layouts and dtypes; widths around vectors, warps and blocks.
  const int64_t widths[] = {1, 31, 32, 33, 127, 128, 129, 511, 512, 513};
  int i = 0;
  for (const int64_t c : {1, 2, 11, 19, 21, 33, 150}) {
    for (const L layout : {L::kPlanar, L::kPlanarWide, L::kPlanarShift, L::kInterleaved, L::kInterleavedWide,
                           L::kInterleavedShift, L::kInterleavedCrop}) {
      for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
        const F fill = static_cast<F>(i % 7);
        const int64_t kind = i % 3 == 2 ? kProbabilities : kLogits;
        const int64_t w = widths[static_cast<size_t>(i) % 10], h = w > 200 ? 1 + i % 2 : 1 + i % 4;
        rows.push_back({"shape sweep", 1 + i % 2, c, h, w, layout, dtype, kind, fill});
        ++i;
      }
    }
  }
  for (const F fill : {F::kTies, F::kOneHot, F::kExtreme, F::kNan, F::kConstant}) {
    for (const int64_t kind : {kLogits, kProbabilities}) {
      rows.push_back({"odd values", 1, 19, 8, 32, L::kPlanar, ASSAY_F32, kind, fill});
      rows.push_back({"odd values, interleaved", 1, 2, 3, 90, L::kInterleaved, ASSAY_F32, kind, fill});
    }
  }
  rows.push_back({"most classes", 1, 255, 2, 40, L::kPlanar, ASSAY_F32, kLogits, F::kNormal});
  rows.push_back({"most classes, interleaved", 1, 255, 2, 40, L::kInterleaved, ASSAY_F32, kLogits, F::kNormal});
  const std::vector<ScoreCase> regions = {
      {"grid of 80x90", 2, 11, 180, 160, L::kPlanar, ASSAY_F32, kLogits, F::kNormal, R::kGrid, 80, 90},
      {"grid of 80x90, interleaved halves", 1, 11, 90, 160, L::kInterleaved, ASSAY_F16, kLogits, F::kSkewed, R::kGrid,
       80, 90},
      {"128x128", 1, 19, 128, 256, L::kPlanar, ASSAY_F32, kLogits, F::kSkewed, R::kGrid, 128, 128},
      {"128x128 halves", 1, 19, 130, 200, L::kPlanar, ASSAY_BF16, kLogits, F::kNormal, R::kOverlapping, 128, 128},
      {"128x128 interleaved", 1, 2, 128, 140, L::kInterleaved, ASSAY_F32, kLogits, F::kTies, R::kOne, 128, 128},
      {"a whole image", 1, 2, 260, 300, L::kPlanar, ASSAY_F16, kLogits, F::kNormal, R::kGrid, 300, 260},
      {"a very wide region", 1, 2, 8, 1200, L::kPlanar, ASSAY_F32, kLogits, F::kNormal, R::kOne, 1199, 8},
      {"a very tall region", 1, 2, 1203, 8, L::kInterleaved, ASSAY_F32, kLogits, F::kNormal, R::kOne, 8, 1203},
      {"one pixel", 1, 4, 5, 5, L::kPlanar, ASSAY_F32, kLogits, F::kNormal, R::kOverlapping, 1, 1},
      {"smallest cells", 1, 19, 30, 30, L::kPlanarWide, ASSAY_F32, kLogits, F::kNormal, R::kOverlapping, 8, 8},
      {"odd region in narrow rows", 1, 21, 41, 29, L::kPlanar, ASSAY_F32, kProbabilities, F::kTies, R::kOverlapping, 13,
       31},
      {"odd region, wide rows", 1, 21, 41, 61, L::kInterleavedWide, ASSAY_BF16, kLogits, F::kNan, R::kOverlapping, 23,
       27},
      {"many classes", 1, 150, 24, 40, L::kPlanar, ASSAY_F32, kLogits, F::kNormal, R::kOverlapping, 16, 16},
      {"many classes, halves", 1, 150, 24, 40, L::kInterleaved, ASSAY_F16, kProbabilities, F::kNormal, R::kOverlapping,
       16, 16},
      {"most classes in regions", 1, 255, 10, 24, L::kPlanar, ASSAY_F32, kLogits, F::kNan, R::kOne, 9, 9},
      {"one class", 1, 1, 20, 36, L::kPlanar, ASSAY_F32, kLogits, F::kNan, R::kOverlapping, 10, 10},
      {"a corner of many", 3, 11, 36, 64, L::kPlanar, ASSAY_F16, kLogits, F::kNormal, R::kTwoOfMany, 20, 18},
  };
  rows.insert(rows.end(), regions.begin(), regions.end());
  return rows;
}

inline std::string describe(const ScoreCase& t, size_t row, unsigned want) {
  std::ostringstream out;
  out << "score case " << row << " '" << t.name << "': n=" << t.n << " c=" << t.c << " h=" << t.h << " w=" << t.w
      << " layout=" << static_cast<int>(t.layout) << " dtype=" << t.dtype << " kind=" << t.kind
      << " fill=" << static_cast<int>(t.fill) << " region=" << t.region_w << "x" << t.region_h << " want=" << want;
  return out.str();
}

// Runs one row on `first`, `second` (the same implementation under other circumstances) and the CPU twins: all bits
// must agree; and checks the first against the equations.
inline void check_score_case(Backend& first, Backend& second, Backend& twins, const ScoreCase& t, size_t row,
                             bool each_output) {
  const Scores scores = make_scores(t, row + 1);
  context() = describe(t, row, kEverything);
  const ScoreResult all = run_scores(first, t, scores, kEverything, 0);
  expect_same(all, run_scores(twins, t, scores, kEverything, 0));
  expect_same(all, run_scores(second, t, scores, kEverything, row % 2));
  check_reference(t, scores, all);
  std::vector<unsigned> wants = {0};
  if (t.regions != Regions::kNone) {
    wants.push_back(kEverything & ~static_cast<unsigned>(kMaps));
    // What the region state of RALIS needs.
    wants.push_back(kHistogram | kCellMin | kCellAvg | kCellMax);
  }
  for (unsigned bit = 1; each_output && bit < kEverything; bit *= 2) {
    if (bit <= kMarginMap || bit >= kMixture || t.regions != Regions::kNone) wants.push_back(bit);
  }
  for (const unsigned want : wants) {
    context() = describe(t, row, want);
    expect_same(run_scores(first, t, scores, want, 0), run_scores(twins, t, scores, want, 0));
  }
}

inline void check_score_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  const std::vector<ScoreCase> table = score_table(reduced);
  for (size_t row = 0; row < table.size(); ++row) {
    // Every output alone for the first rows, which between them take every path.
    check_score_case(first, second, twins, table[row], row, row < 9 && (!reduced || row % 3 == 0));
  }
  // Nothing to do is allowed.
  ScoreCase empty = {"empty", 1, 3, 4, 8, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal};
  const Scores scores = make_scores(empty, 1);
  Scores none = scores;
  none.tensor.n = empty.n = 0;
  context() = "empty tensor";
  expect_same(run_scores(first, empty, none, kEverything, 0), run_scores(twins, empty, none, kEverything, 0));
}

}  // namespace assay_test

#endif
