// Golden cases of bald and flip_consistency: 05_bald_*, 05_equal_flip.
#ifndef ASSAY_TESTS_CASES_GOLDEN_PREDICTIONS_H
#define ASSAY_TESTS_CASES_GOLDEN_PREDICTIONS_H

#include "bald_cases.h"
#include "flip_cases.h"
#include "golden.h"

namespace assay_test {

// All passes at once; adding them up one by one or three by three gives the same bits.
inline void golden_bald(Golden& golden, const GoldenScores& in) {
  const BaldResult found =
      golden.both([&](Backend& backend) { return run_resident(backend, in.shape, in.scores, kBaldAll, true, 0); });
  for (const int64_t per_call : {1, 3}) {
    expect_same(found, run_streamed(golden.tested, in.shape, in.scores, per_call));
  }
  golden.near("mutual information", found.floats[0], golden.array("bald_f64"), {1e-5});
  golden.near("predictive entropies", found.floats[1], golden.array("predictive_entropy"), {1e-5});
  golden.near("expected entropies", found.floats[2], golden.array("expected_entropy"), {1e-5});
  golden.exact("argmax", found.mean_argmax, golden.array("mean_prob_argmax"));
  golden.near("region score", found.floats[3], golden.array("region_score_f64"), {2e-6});
  const float smallest = *std::min_element(found.floats[0].begin(), found.floats[0].end());
  EXPECT(smallest >= 0.0f, "mutual information below 0");
  EXPECT(found.nan_pixels[0] == 0, "pixels without a distribution");
}

inline void golden_bald(Golden& golden) {
  const GoldenScores passes = as_one_region(golden_scores(golden.array("logits")));
  for (const GoldenScores& in : both_layouts(passes)) golden_bald(golden, in);
}

inline void golden_flip(Golden& golden, const GoldenScores& in, const GoldenScores& flipped) {
  const FlipResult found = golden.both(
      [&](Backend& backend) { return run_flip(backend, in.shape, in.scores, flipped.scores, kFlipAll, 0); });
  const char* const images[] = {"equal_score_f64", "alt_symkl_mean_f64", "alt_js_mean_f64", "alt_entropy_of_mean_f64",
                                "alt_argmax_disagree_frac"};
  for (size_t i = 0; i < 5; ++i) golden.near("image means", found.images[i], golden.array(images[i]), {0.0, 1e-5});
  // The region is the image; its means are in fp32.
  const char* const regions[] = {images[1], images[2], images[3], "entropy_mean_f64", "entropy_mean_flip_f64",
                                 images[4]};
  for (size_t i = 0; i < 6; ++i) golden.near("region means", found.means[i], golden.array(regions[i]), {0.0, 1e-5});
  EXPECT(found.nan_pixels[0] == 0, "pixels without a distribution");
}

inline void golden_flip(Golden& golden) {
  const auto in = both_layouts(as_one_region(golden_scores(golden.array("logits"))));
  const auto flipped = both_layouts(golden_scores(golden.array("logits_flipped_pass")));
  for (size_t layout = 0; layout < 2; ++layout) golden_flip(golden, in[layout], flipped[layout]);
}

}  // namespace assay_test

#endif
