// The rows of bald's and flip_consistency's case table, and how a backend is held against the CPU twins and against
// the equations.
#ifndef ASSAY_TESTS_CASES_PREDICTION_TABLE_H
#define ASSAY_TESTS_CASES_PREDICTION_TABLE_H

#include "bald_cases.h"
#include "flip_cases.h"

namespace assay_test {

// n are passes for bald, images for flip_consistency.
inline std::vector<ScoreCase> prediction_table(bool reduced) {
  using L = Layout;
  using F = Fill;
  using R = Regions;
  constexpr int64_t kLogits = ASSAY_LOGITS, kProbabilities = ASSAY_PROBABILITIES;
  std::vector<ScoreCase> rows = {
      {"planar vectors", 3, 11, 5, 44, L::kPlanar, ASSAY_F32, kLogits, F::kNormal, R::kOverlapping, 17, 3},
      {"row ends inside a vector", 2, 19, 5, 33, L::kPlanarWide, ASSAY_F16, kLogits, F::kNan, R::kOverlapping, 9, 4},
      {"interleaved", 3, 19, 3, 67, L::kInterleaved, ASSAY_F32, kLogits, F::kNormal, R::kOne, 60, 2},
      {"interleaved halves", 2, 21, 2, 70, L::kInterleavedShift, ASSAY_BF16, kLogits, F::kTies},
      {"probabilities", 4, 5, 4, 48, L::kPlanar, ASSAY_F16, kProbabilities, F::kNan, R::kOverlapping, 16, 3},
      {"more classes than shared memory holds", 2, 255, 2, 40, L::kPlanar, ASSAY_F32, kLogits, F::kNan, R::kOne, 7, 2},
  };
  if (reduced) return rows;
  const int64_t widths[] = {1, 31, 32, 33, 128, 129, 512, 520, 1100};
  int i = 0;
  for (const int64_t c : {1, 2, 11, 19, 33, 150}) {
    for (const L layout : {L::kPlanar, L::kPlanarWide, L::kPlanarShift, L::kInterleaved, L::kInterleavedWide,
                           L::kInterleavedShift, L::kInterleavedCrop}) {
      for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
        const int64_t w = widths[i % 9], h = w > 200 ? 1 : 1 + i % 4;
        rows.push_back({"shape sweep", 1 + i % 3, c, h, w, layout, dtype, i % 4 == 3 ? kProbabilities : kLogits,
                        static_cast<F>(i % 7), i % 2 == 0 ? R::kOverlapping : R::kNone, (w + 1) / 2, (h + 1) / 2});
        ++i;
      }
    }
  }
  for (const F fill : {F::kTies, F::kOneHot, F::kExtreme, F::kNan, F::kConstant, F::kSkewed}) {
    for (const int64_t kind : {kLogits, kProbabilities}) {
      rows.push_back({"odd values", 3, 19, 6, 32, L::kPlanar, ASSAY_F32, kind, fill, R::kOverlapping, 20, 5});
    }
  }
  const std::vector<ScoreCase> more = {
      {"many passes", 20, 11, 9, 40, L::kPlanar, ASSAY_F16, kLogits, F::kNormal, R::kGrid, 8, 9},
      {"many passes, interleaved", 12, 3, 9, 40, L::kInterleaved, ASSAY_F32, kLogits, F::kSkewed, R::kGrid, 20, 3},
      {"most classes, halves", 2, 255, 3, 40, L::kInterleaved, ASSAY_BF16, kLogits, F::kNormal},
      {"most classes, probabilities", 2, 255, 2, 41, L::kPlanarShift, ASSAY_F32, kProbabilities, F::kNormal},
      {"few large regions", 2, 2, 120, 200, L::kPlanar, ASSAY_F16, kLogits, F::kTies, R::kOverlapping, 180, 100},
  };
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

inline std::string describe_prediction(const char* kernel, const ScoreCase& t, size_t row) {
  std::ostringstream out;
  out << kernel << " case " << row << " '" << t.name << "': n=" << t.n << " c=" << t.c << " h=" << t.h << " w=" << t.w
      << " layout=" << static_cast<int>(t.layout) << " dtype=" << t.dtype << " kind=" << t.kind
      << " fill=" << static_cast<int>(t.fill) << " region=" << t.region_w << "x" << t.region_h;
  return out.str();
}

inline void check_bald_case(Backend& first, Backend& second, Backend& twins, const ScoreCase& t, size_t row,
                            bool each_output) {
  context() = describe_prediction("bald", t, row);
  const Scores s = make_scores(t, row + 1);
  const BaldResult all = run_resident(first, t, s, kBaldAll, true, 0);
  expect_same(all, run_resident(twins, t, s, kBaldAll, true, 0));
  expect_same(all, run_resident(second, t, s, kBaldAll, true, row % 4));
  check_reference(t, s, all);
  for (const int64_t per_call : {int64_t{1}, (t.n + 1) / 2}) {
    context() = describe_prediction("bald", t, row) + " passes_per_call=" + std::to_string(per_call);
    expect_same(all, run_streamed(first, t, s, per_call));
    expect_same(all, run_streamed(twins, t, s, per_call));
  }
  for (unsigned bit = 1; each_output && bit < kBaldAll; bit *= 2) {
    context() = describe_prediction("bald", t, row) + " want=" + std::to_string(bit);
    const BaldResult one = run_resident(first, t, s, bit, false, 0);
    expect_same(one, run_resident(twins, t, s, bit, false, 0));
    for (int i = 0; i < 6; ++i) {
      if (bit == 1u << i) expect_same("output alone", one.floats[i], all.floats[i]);
    }
    if (bit == kBaldArgmax) expect_same("output alone", one.mean_argmax, all.mean_argmax);
    if (bit == kBaldHistogram) expect_same("output alone", one.class_histogram, all.class_histogram);
    if (bit == kBaldRegionNan) expect_same("output alone", one.region_nan_pixels, all.region_nan_pixels);
    expect_same("nan_pixels", one.nan_pixels, all.nan_pixels);
  }
}

// The two predictions may lie in memory differently.
inline ScoreCase flipped_case(const ScoreCase& t, size_t row) {
  ScoreCase f = t;
  if (row % 5 == 4) f.layout = t.layout == Layout::kPlanar ? Layout::kInterleaved : Layout::kPlanar;
  return f;
}

inline void check_flip_case(Backend& first, Backend& second, Backend& twins, const ScoreCase& t, size_t row,
                            bool each_output) {
  context() = describe_prediction("flip_consistency", t, row);
  const Scores s = make_scores(t, row + 1);
  const Scores flipped = make_scores(flipped_case(t, row), row + 1001);
  const FlipResult all = run_flip(first, t, s, flipped, kFlipAll, 0);
  expect_same(all, run_flip(twins, t, s, flipped, kFlipAll, 0));
  expect_same(all, run_flip(second, t, s, flipped, kFlipAll, row % 4));
  check_reference(t, s, flipped, all);
  for (unsigned bit = 1; each_output && bit < kFlipAll; bit *= 2) {
    context() = describe_prediction("flip_consistency", t, row) + " want=" + std::to_string(bit);
    const FlipResult one = run_flip(first, t, s, flipped, bit, 0);
    expect_same(one, run_flip(twins, t, s, flipped, bit, 0));
    for (int i = 0; i < 5; ++i) {
      if (bit == 1u << i) expect_same("output alone", one.maps[i], all.maps[i]);
      if (bit == 1u << (13 + i)) expect_same("output alone", one.images[i], all.images[i]);
    }
    for (int i = 0; i < 6; ++i) {
      if (bit == 1u << (6 + i)) expect_same("output alone", one.means[i], all.means[i]);
    }
    if (bit == 1u << 5) expect_same("output alone", one.argmax_disagreement, all.argmax_disagreement);
    if (bit == 1u << 12) expect_same("output alone", one.region_nan_pixels, all.region_nan_pixels);
    expect_same("nan_pixels", one.nan_pixels, all.nan_pixels);
  }
}

inline void check_prediction_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  const std::vector<ScoreCase> table = prediction_table(reduced);
  for (size_t row = 0; row < table.size(); ++row) {
    // Every output alone for the first rows, which between them take every path.
    const bool each_output = row < 6 && (!reduced || row % 3 == 0);
    check_bald_case(first, second, twins, table[row], row, each_output);
    check_flip_case(first, second, twins, table[row], row, each_output);
  }
  // Images without pixels are allowed.
  ScoreCase empty = {"empty", 2, 3, 0, 8, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal};
  ScoreCase one_row = empty;
  one_row.h = 1;
  Scores none = make_scores(one_row, 1);
  none.tensor.h = 0;
  context() = "no pixels";
  const BaldResult bald = run_resident(first, empty, none, kBaldAll, true, 0);
  expect_same(bald, run_resident(twins, empty, none, kBaldAll, true, 0));
  EXPECT(bald.nan_pixels[0] == 0, "nan_pixels without pixels");
  const FlipResult flip = run_flip(first, empty, none, none, kFlipAll, 0);
  expect_same(flip, run_flip(twins, empty, none, none, kFlipAll, 0));
  EXPECT(flip.images[0] == std::vector<double>(2, 0.0), "means without pixels");
}

}  // namespace assay_test

#endif
