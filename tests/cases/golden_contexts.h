// Golden cases of contextual diversity and coresets: context_mixture, context_distance, squared_distances and k_center
// on 06_*.
#ifndef ASSAY_TESTS_CASES_GOLDEN_CONTEXTS_H
#define ASSAY_TESTS_CASES_GOLDEN_CONTEXTS_H

#include "distance_table.h"
#include "golden.h"

namespace assay_test {

// The weights of Eq. 1 summed over the pixels of each class, in bits.
inline std::vector<double> weight_sums(const ScoreResult& found) {
  std::vector<double> sums;
  for (size_t i = 0; i < found.entropy_by_class.size(); ++i) {
    sums.push_back(static_cast<double>(found.entropy_by_class[i]) / std::log(2.0) + 1e-8 * found.class_histogram[i]);
  }
  return sums;
}

// The mixture of all pixels: the classes' rows, weighted.
inline std::vector<double> mixture_of_all(const std::vector<float>& rows, const std::vector<double>& weights) {
  std::vector<double> all(weights.size(), 0.0);
  double sum = 0.0;
  for (size_t a = 0; a < weights.size(); ++a) {
    sum += weights[a];
    for (size_t c = 0; c < weights.size(); ++c) {
      all[c] += weights[a] * static_cast<double>(rows[a * weights.size() + c]);
    }
  }
  for (double& entry : all) entry /= sum;
  return all;
}

// context_mixture, and the mixtures of region_signals, which have the same bits.
inline ScoreResult golden_mixtures(Golden& golden, const GoldenScores& in, const std::string& suffix) {
  const unsigned want = kMixtures | kRegionMixture | kEntropyByClass | kHistogram;
  const ScoreResult found =
      golden.both([&](Backend& backend) { return run_scores(backend, in.shape, in.scores, want, 0); });
  expect_same("mixture of region_signals", found.region_mixture, found.mixture);
  golden.near("mixture entries", found.mixture, golden.array("P" + suffix), {1e-5});
  golden.exact("presence", found.present, golden.array("present" + suffix));
  golden.exact("pixels", found.pixels, golden.array("pixels" + suffix));
  return found;
}

inline void near_weights(Golden& golden, const ScoreResult& found, const std::string& suffix) {
  golden.near("sums of weights", weight_sums(found), golden.array("weight_sum" + suffix), {1e-5, 1e-5});
}

inline void golden_mixture_full(Golden& golden) {
  for (const std::string image : {"A", "B", "C"}) {
    const ScoreResult found = golden_mixtures(golden, as_one_region(golden_image(golden, image)), "_" + image);
    near_weights(golden, found, "_" + image);
    golden.near("entries over all pixels", mixture_of_all(found.mixture, weight_sums(found)),
                golden.array("P_all_pixels_" + image), {1e-5});
  }
}

inline void golden_mixture_crop(Golden& golden) {
  for (const std::string suffix : {"", "19"}) {
    for (const GoldenScores& in : both_layouts(golden_scores(golden.array("logits" + suffix)))) {
      const ScoreResult found = golden_mixtures(golden, as_one_region(in), suffix);
      near_weights(golden, found, suffix);
      const ScoreResult whole =
          golden.both([&](Backend& backend) { return run_scores(backend, in.shape, in.scores, kMixtures, 0); });
      expect_same("mixture of whole images", whole.mixture, found.mixture);
    }
  }
}

inline Mixtures golden_mixture_set(const Golden& golden, const std::string& file) {
  const NpyArray p = golden.array(file, "P"), present = golden.array(file, "present");
  return {p.shape[0], p.shape[1], p.as<float>(), present.as<uint8_t>()};
}

inline ContextResult golden_distances(const Golden& golden, const Mixtures& mixtures, bool mean) {
  return golden.both(
      [&](Backend& backend) { return run_context_distance(backend, mixtures, nullptr, mean, true, true); });
}

constexpr Tolerance kDistance = {1e-6, 1e-5};

inline void golden_distance_forms(Golden& golden, const std::string& file) {
  const Mixtures mixtures = golden_mixture_set(golden, file);
  golden.near("sums", golden_distances(golden, mixtures, false).distance, golden.array("D_eq2_sum_f64"), kDistance);
  golden.near("means", golden_distances(golden, mixtures, true).distance, golden.array("D_code_mean_f64"), kDistance);
}

inline void golden_common_classes(Golden& golden, const std::string& file) {
  const ContextResult found = golden_distances(golden, golden_mixture_set(golden, file), false);
  golden.exact("common classes", found.common, golden.array("n_common"));
}

inline void golden_distance30(Golden& golden) {
  golden_distance_forms(golden, "06_cdal_distance30");
  golden_common_classes(golden, "06_cdal_distance30");
}

// The rows of some regions, each `width` long, put where the regions stand among all.
template <class T>
void place_rows(const std::vector<T>& rows, const std::vector<size_t>& places, size_t width, std::vector<T>& all) {
  for (size_t i = 0; i < places.size(); ++i) {
    std::copy_n(rows.data() + i * width, width, all.data() + places[i] * width);
  }
}

// From the logits of crops to their mixtures.
inline void golden_crop_mixtures(Golden& golden) {
  const NpyArray images = golden.array("crop_image"), size = golden.array("crop_hw");
  const auto yx = golden.array("crop_yx").as<int32_t>();
  const NpyArray expected = golden.array("P_f64");
  const auto classes = static_cast<size_t>(expected.shape[1]);
  ScoreResult all;
  all.mixture.resize(expected.count());
  all.present.resize(expected.count() / classes);
  all.pixels.resize(expected.count() / classes);
  for (const std::string image : {"A", "B", "C"}) {
    std::vector<int32_t> nxy;
    std::vector<size_t> places;
    for (size_t i = 0; i < images.count(); ++i) {
      if (images.text(i) != image) continue;
      places.push_back(i);
      nxy.insert(nxy.end(), {0, yx[2 * i + 1], yx[2 * i]});
    }
    if (places.empty()) continue;
    const GoldenScores in =
        with_regions(golden_image(golden, image), nxy, static_cast<int64_t>(size[1]), static_cast<int64_t>(size[0]));
    const ScoreResult found =
        golden.both([&](Backend& backend) { return run_scores(backend, in.shape, in.scores, kMixtures, 0); });
    place_rows(found.mixture, places, classes * classes, all.mixture);
    place_rows(found.present, places, classes, all.present);
    place_rows(found.pixels, places, classes, all.pixels);
  }
  golden.near("mixture entries", all.mixture, expected, {1e-5});
  golden.exact("presence", all.present, golden.array("present"));
  golden.exact("pixels", all.pixels, golden.array("pixels"));
}

inline void golden_distance_crops(Golden& golden) {
  golden_crop_mixtures(golden);
  golden_distance_forms(golden, "06_cdal_distance_crops");
  golden_common_classes(golden, "06_cdal_distance_crops");
}

inline void golden_zero_entries(Golden& golden) {
  const Mixtures mixtures = golden_mixture_set(golden, "06_cdal_zero_entries");
  golden.near("sums", golden_distances(golden, mixtures, false).distance, golden.array("D_sum_floor1em12"), kDistance);
}

// One mixture per image over all of its boxes, and distances between images whose only mixture is in the first row.
inline void golden_detector(Golden& golden) {
  const NpyArray logits = golden.array("raw_logits"), features = golden.array("features");
  const int64_t boxes = logits.shape[0], classes = logits.shape[1];
  GoldenScores in = {{"golden", 1, classes, 1, boxes, Layout::kInterleaved, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal},
                     {}};
  in.scores.tensor = {nullptr, ASSAY_F32, 1, classes, 1, boxes, boxes * classes, 1, boxes * classes, classes};
  in.scores.bytes = logits.bytes;
  in = as_one_region(in);
  const ScoreResult found = golden.both([&](Backend& backend) {
    return run_scores(backend, in.shape, in.scores, kRegionMixture | kEntropyByClass | kHistogram, 0);
  });
  golden.near("entries over all boxes", mixture_of_all(found.region_mixture, weight_sums(found)),
              golden.array("mixture_f64"), {1e-7, 1e-5});
  const auto images = features.shape[0];
  Mixtures rows = {images, classes, {}, {}};
  rows.p.assign(static_cast<size_t>(images * classes * classes), 0.0f);
  rows.present.assign(static_cast<size_t>(images * classes), 0);
  for (size_t i = 0; i < features.count(); ++i) {
    const size_t c = static_cast<size_t>(classes), image = i / c;
    rows.p[image * c * c + i % c] = static_cast<float>(features[i]);
    rows.present[image * c] = 1;
  }
  golden.near("distances", golden_distances(golden, rows, false).distance, golden.array("KL_object_f64"), kDistance);
}

// Eq. 3 and 4 from the distances among the picks, and from every image's to the nearest pick.
inline void golden_rewards(Golden& golden) {
  const std::string file = golden.text("case_file");
  const auto picks = golden.array("picks").as<size_t>();
  const Mixtures all = golden_mixture_set(golden, file);
  const auto classes = static_cast<size_t>(all.classes);
  Mixtures picked = {static_cast<int64_t>(picks.size()), all.classes, {}, {}};
  const NpyArray embedding = golden.array(file, "embedding");
  const auto features = embedding.as<float>();
  const auto columns = static_cast<size_t>(embedding.shape[1]);
  std::vector<float> centres;
  for (const size_t pick : picks) {
    picked.p.insert(picked.p.end(), all.image(static_cast<int64_t>(pick)),
                    all.image(static_cast<int64_t>(pick)) + classes * classes);
    for (size_t c = 0; c < classes; ++c) picked.present.push_back(all.present[pick * classes + c]);
    centres.insert(centres.end(), &features[pick * columns], &features[pick * columns] + columns);
  }
  double sum = 0.0;
  for (const float distance : golden_distances(golden, picked, false).distance) sum += static_cast<double>(distance);
  golden.near("diversity", sum, golden.number("Rcd_eq3"), {0.0, 1e-5});
  const DistanceCase t = {embedding.shape[0], picked.images, embedding.shape[1], 0};
  const auto squared =
      golden.both([&](Backend& backend) { return run_squared_distances(backend, t, features, centres, 0); });
  double nearest = 0.0;
  for (auto row = squared.begin(); row != squared.end(); row += t.b_rows) {
    nearest += std::sqrt(static_cast<double>(*std::min_element(row, row + t.b_rows)));
  }
  golden.near("representation", std::exp(-nearest / static_cast<double>(t.a_rows)), golden.number("Rvr_eq4"),
              {0.0, 1e-5});
}

inline void near_order(Golden& golden, const Points& points, const std::vector<int32_t>& labelled, int64_t seed_pick,
                       const std::vector<int32_t>& expected) {
  const auto budget = static_cast<int64_t>(expected.size());
  const Picks found = golden.both(
      [&](Backend& backend) { return run_k_center(backend, points, labelled, seed_pick, budget, true, 0); });
  golden.near("picks", found.order, expected, expected.size(), {0.0});
  EXPECT(std::is_sorted(found.radius.rbegin(), found.radius.rend()), "the covering radius grows");
}

// Picks by contextual diversity. An order that begins with a given first pick: that one counts as labelled.
inline void near_context_order(Golden& golden, const std::string& file, const std::string& order, bool mean,
                               bool with_first) {
  const Points points = {golden.array("P").shape[0], 0, 0, {}, golden_mixture_set(golden, file), mean};
  auto labelled = golden.array("labelled").as<int32_t>();
  auto expected = golden.array(order).as<int32_t>();
  if (with_first) {
    golden.near("first picks", expected[0], golden.number("first_random"), {0.0});
    labelled.push_back(expected[0]);
    expected.erase(expected.begin());
  }
  near_order(golden, points, labelled, 0, expected);
}

inline void golden_coresets(Golden& golden) {
  const NpyArray embedding = golden.array("embedding");
  const auto features = embedding.as<float>();
  const int64_t columns = embedding.shape[1];
  const Points all = {embedding.shape[0], columns, 0, features, {}, false};
  near_order(golden, all, golden.array("labelled").as<int32_t>(), 0, golden.array("euclid_order_global").as<int32_t>());
  // This order counts the unlabelled images alone: the others stay out of the pool.
  Points pool = {0, columns, 0, {}, {}, false};
  for (const auto i : golden.array("euclid_unlabelled_index").as<int64_t>()) {
    const auto row = features.begin() + static_cast<std::ptrdiff_t>(i * columns);
    pool.features.insert(pool.features.end(), row, row + columns);
    ++pool.count;
  }
  const auto expected = golden.array("euclid_order_empty_labelled_local").as<int32_t>();
  near_order(golden, pool, {}, expected[0], expected);
}

inline void golden_kcenter120(Golden& golden) {
  const std::string file = "06_kcenter120";
  near_context_order(golden, file, "order_eq2_sum_no_first", false, false);
  near_context_order(golden, file, "order_code_mean_no_first", true, false);
  near_context_order(golden, file, "order_eq2_sum_with_first", false, true);
  near_context_order(golden, file, "order_code_mean_peer", true, true);
  const Points points = {golden.array("P").shape[0], 0, 0, {}, golden_mixture_set(golden, file), true};
  const auto unlabelled = golden.array("order_code_mean_unlabelled_start").as<int32_t>();
  near_order(golden, points, {}, unlabelled[0], unlabelled);
  golden_coresets(golden);
}

inline void golden_kcenter19(Golden& golden) {
  const std::string file = "06_kcenter19";
  golden_distance_forms(golden, file);
  near_context_order(golden, file, "order_eq2_sum_with_first", false, true);
  near_context_order(golden, file, "order_code_mean_peer", true, true);
}

}  // namespace assay_test

#endif
