// Golden cases of pixel_signals and region_signals: 01_softmax_*, 02_region_*, 04_compute_state_e2e, 05_image_entropy.
#ifndef ASSAY_TESTS_CASES_GOLDEN_SCORES_H
#define ASSAY_TESTS_CASES_GOLDEN_SCORES_H

#include <numeric>

#include "golden_kl.h"

namespace assay_test {

inline ScoreResult golden_signals(const Golden& golden, const GoldenScores& in, unsigned want) {
  const ScoreResult found =
      golden.both([&](Backend& backend) { return run_scores(backend, in.shape, in.scores, want, 0); });
  EXPECT(found.nan_pixels[0] == 0, "pixels without a distribution: " + std::to_string(found.nan_pixels[0]));
  return found;
}

inline void golden_softmax(Golden& golden) {
  for (const GoldenScores& in : both_layouts(golden_scores(golden.array("logits")))) {
    const ScoreResult found = golden_signals(golden, in, kMaps);
    golden.near("entropies", found.entropy, golden.array("entropy_nat"), {1e-5});
    golden.near("max probabilities", found.max_probability, golden.array("maxprob"), {2e-6});
    golden.exact("argmax", found.argmax, golden.array("argmax"));
  }
}

// What RALIS's region vectors are made of, which begin every row of `features`: counts of the classes (1e-7 where one
// does not occur) and of void, then minimum, mean and maximum grids, of which ours are the first 8 x 8 cells.
inline void near_vectors(Golden& golden, const ScoreResult& found, int64_t classes, const NpyArray& features,
                         size_t grid_h, size_t grid_w, double tolerance) {
  const auto stride = static_cast<size_t>(features.shape.back()), c = static_cast<size_t>(classes);
  const size_t regions = features.count() / stride, cells = ASSAY_CELLS * ASSAY_CELLS;
  std::vector<double> counts, grids[3];
  for (size_t r = 0; r < regions; ++r) {
    for (size_t k = 0; k < c; ++k) counts.push_back(std::round(features[r * stride + k]));
    for (size_t g = 0; g < 3; ++g) {
      const size_t first = r * stride + c + 1 + g * grid_h * grid_w;
      for (size_t i = 0; i < cells; ++i) {
        grids[g].push_back(features[first + i / ASSAY_CELLS * grid_w + i % ASSAY_CELLS]);
      }
    }
  }
  const auto compare = [&](const char* what, const auto& values, const std::vector<double>& expected, double allowed) {
    EXPECT(values.size() == expected.size(), what);
    golden.near(what, values, expected, std::min(values.size(), expected.size()), {allowed});
  };
  compare("class counts", found.class_histogram, counts, 0.0);
  compare("cell minima", found.entropy_min, grids[0], tolerance);
  compare("cell means", found.entropy_avg, grids[1], tolerance);
  compare("cell maxima", found.entropy_max, grids[2], tolerance);
}

constexpr unsigned kRegionVector = kHistogram | kCellMin | kCellAvg | kCellMax;

inline void golden_regions(Golden& golden) {
  const auto xy = golden.array("region_xy").as<int32_t>();
  const NpyArray size = golden.array("region_wh");
  std::vector<int32_t> nxy;
  for (size_t i = 0; i < xy.size(); i += 2) nxy.insert(nxy.end(), {0, xy[i], xy[i + 1]});
  const GoldenScores whole = with_regions(golden_image(golden, golden.text("input_image")), nxy,
                                          static_cast<int64_t>(size[0]), static_cast<int64_t>(size[1]));
  for (const GoldenScores& in : both_layouts(whole)) {
    const ScoreResult found = golden_signals(golden, in, kRegionVector);
    near_vectors(golden, found, in.shape.c, golden.array("feature_f64"), ASSAY_CELLS, ASSAY_CELLS, 1e-5);
  }
}

// The logit of one class, those of the others being 0, whose softmax has this entropy; by bisection.
inline double logit_of(double entropy, int64_t classes) {
  double low = 0.0, high = 40.0;
  for (int i = 0; i < 60; ++i) {
    const double x = (low + high) / 2, sum = std::exp(x) + static_cast<double>(classes - 1);
    (std::log(sum) - x * std::exp(x) / sum > entropy ? low : high) = x;
  }
  return low;
}

// These cases give entropy and prediction, which no kernel takes: logits with just these are made.
inline void golden_odd_sizes(Golden& golden) {
  constexpr int64_t kClasses = 11;
  const auto cases = static_cast<int>(golden.number("n"));
  for (int i = 0; i < cases; ++i) {
    const std::string s = "s" + std::to_string(i);
    const NpyArray entropy = golden.array(s + "_entropy"), prediction = golden.array(s + "_pred");
    const NpyArray grid = golden.array(s + "_grid_yx");
    const size_t pixels = entropy.count();
    std::vector<float> values(pixels * kClasses, 0.0f);
    for (size_t p = 0; p < pixels; ++p) {
      values[static_cast<size_t>(prediction[p]) * pixels + p] = static_cast<float>(logit_of(entropy[p], kClasses));
    }
    NpyArray logits = {"f4", {kClasses, entropy.shape[0], entropy.shape[1]}, {}};
    logits.bytes.resize(values.size() * 4);
    std::memcpy(logits.bytes.data(), values.data(), logits.bytes.size());
    const ScoreResult found = golden_signals(golden, as_one_region(golden_scores(logits)), kRegionVector);
    near_vectors(golden, found, kClasses, golden.array(s + "_feature_f64"), static_cast<size_t>(grid[0]),
                 static_cast<size_t>(grid[1]), 2e-6);
  }
}

constexpr int64_t kChainWidth = 80, kChainHeight = 90;

// The candidates of the chain and their KL columns.
inline void golden_candidates(Golden& golden) {
  std::vector<int32_t> nxy = golden.array("region_candidates").as<int32_t>();
  for (size_t i = 0; i < nxy.size(); i += 3) nxy[i] = 0;
  const GoldenScores in =
      with_regions(golden_image(golden, golden.text("candidate_image")), nxy, kChainWidth, kChainHeight);
  const ScoreResult found = golden_signals(golden, in, kRegionVector);
  const NpyArray pool = golden.array("pool_f64");
  near_vectors(golden, found, in.shape.c, pool, ASSAY_CELLS, ASSAY_CELLS, 1e-5);
  const auto classes = static_cast<size_t>(in.shape.c);
  std::vector<double> counts;
  for (size_t i = 0; i < found.class_histogram.size(); ++i) {
    counts.push_back(found.class_histogram[i]);
    if (i % classes == classes - 1) counts.push_back(0.0);  // void
  }
  near_action_histograms(golden, counts, pool, golden.array("lab_dist"));
}

// Every region of the state image's grid, x outside, y inside.
inline void golden_state_image(Golden& golden) {
  const GoldenScores image = golden_image(golden, golden.text("state_image"));
  std::vector<int32_t> nxy;
  for (int64_t x = 0; x + kChainWidth <= image.shape.w; x += kChainWidth) {
    for (int64_t y = 0; y + kChainHeight <= image.shape.h; y += kChainHeight) {
      nxy.insert(nxy.end(), {0, static_cast<int32_t>(x), static_cast<int32_t>(y)});
    }
  }
  const GoldenScores in = with_regions(image, nxy, kChainWidth, kChainHeight);
  const ScoreResult found = golden_signals(golden, in, kRegionVector);
  near_vectors(golden, found, in.shape.c, golden.array("subset_f64"), ASSAY_CELLS, ASSAY_CELLS, 1e-5);
}

// The entropy strategy: of each pool the region with the largest mean entropy, the first among equals.
inline void golden_entropy_picks(Golden& golden) {
  const auto candidates = golden.array("H_region_candidates").as<int32_t>();
  const NpyArray expected = golden.array("H_score_f64"), actions = golden.array("H_action");
  std::vector<float> scores(expected.count());
  for (const int32_t image : {0, 1, 2}) {
    std::vector<size_t> mine;
    std::vector<int32_t> nxy;
    for (size_t i = 0; i < scores.size(); ++i) {
      if (candidates[3 * i] != image) continue;
      mine.push_back(i);
      nxy.insert(nxy.end(), {0, candidates[3 * i + 1], candidates[3 * i + 2]});
    }
    if (mine.empty()) continue;
    const std::string name(1, static_cast<char>('A' + image));
    const GoldenScores in = with_regions(golden_image(golden, name), nxy, kChainWidth, kChainHeight);
    const ScoreResult found = golden_signals(golden, in, kEntropyMean);
    for (size_t i = 0; i < mine.size(); ++i) scores[mine[i]] = found.entropy_mean[i];
  }
  golden.near("mean entropies", scores, expected, {2e-6});
  std::vector<int64_t> picks;
  const auto per_pool = static_cast<std::ptrdiff_t>(expected.shape[1]);
  for (auto pool = scores.begin(); pool != scores.end(); pool += per_pool) {
    picks.push_back(std::max_element(pool, pool + per_pool) - pool);
  }
  golden.exact("picks", picks, actions);
}

inline void golden_chain(Golden& golden) {
  golden_candidates(golden);
  golden_state_image(golden);
  golden_entropy_picks(golden);
}

// Of the entropy map, and of the image as one large region.
inline void golden_image_entropy(Golden& golden) {
  const NpyArray images = golden.array("images"), expected = golden.array("mean_entropy_nat_f64");
  for (size_t i = 0; i < images.count(); ++i) {
    const GoldenScores in = golden_image(golden, images.text(i));
    const auto map = golden_signals(golden, in, kEntropyMap).entropy;
    const double mean = std::accumulate(map.begin(), map.end(), 0.0) / static_cast<double>(map.size());
    golden.near("means of maps", mean, expected[i], {0.0, 1e-5});
    const float of_region = golden_signals(golden, as_one_region(in), kEntropyMean).entropy_mean[0];
    golden.near("means of regions", static_cast<double>(of_region), expected[i], {0.0, 1e-5});
  }
}

}  // namespace assay_test

#endif
