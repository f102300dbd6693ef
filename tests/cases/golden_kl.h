// Golden cases of kl_histogram: 03_histogram_rule, 03_kl_hist and the KL columns of 03_state_full.
#ifndef ASSAY_TESTS_CASES_GOLDEN_KL_H
#define ASSAY_TESTS_CASES_GOLDEN_KL_H

#include "golden.h"
#include "kl_table.h"

namespace assay_test {

// Class distributions as they lie in memory.
struct GoldenRows {
  std::vector<unsigned char> bytes;
  int64_t dtype, count, classes;
  double fill;
};

// The first `count` rows of an array of doubles, with RALIS's fill.
inline GoldenRows golden_rows(const NpyArray& array, int64_t count) {
  const int64_t classes = array.shape[1];
  const auto end = array.bytes.begin() + static_cast<std::ptrdiff_t>(count * classes * 8);
  return {{array.bytes.begin(), end}, ASSAY_F64, count, classes, 1e-7};
}

inline GoldenRows rows_of(const std::vector<double>& values, int64_t classes, double fill) {
  GoldenRows rows = {std::vector<unsigned char>(values.size() * 8), ASSAY_F64,
                     static_cast<int64_t>(values.size()) / classes, classes, fill};
  std::memcpy(rows.bytes.data(), values.data(), rows.bytes.size());
  return rows;
}

// Against `references`, or against the candidates themselves.
inline KlResult golden_kl(const Golden& golden, const GoldenRows& candidates, const GoldenRows* references) {
  const bool own = references == nullptr;
  const KlCase t = {candidates.count,
                    own ? -1 : references->count,
                    candidates.classes,
                    candidates.dtype,
                    own ? candidates.dtype : references->dtype,
                    candidates.fill,
                    own ? 0.0 : references->fill};
  return golden.both([&](Backend& backend) {
    return run_kl(backend, t, candidates.bytes, own ? std::vector<unsigned char>() : references->bytes, true, 0);
  });
}

// By how many bins the scores of each row are moved in all, counted with cumulative sums: none, or, where a score lies
// within 1e-4 bin widths of an edge, two by one bin each. Rows that the rule for equal scores puts into bin 16 are
// exact. Expected rows begin at `first` and lie `stride` apart; without margins any score may be close to an edge.
inline void near_histograms(Golden& golden, const KlResult& found, const NpyArray& expected, size_t first,
                            size_t stride, const NpyArray* margin, int64_t scores) {
  const std::string what = "rows of " + std::to_string(scores) + " scores";
  for (size_t row = 0; row < found.histogram.size() / ASSAY_KL_BINS; ++row) {
    const size_t from = first + row * stride;
    double ahead = 0.0, moved = 0.0;
    for (size_t b = 0; b < ASSAY_KL_BINS; ++b) {
      ahead += static_cast<double>(found.histogram[row * ASSAY_KL_BINS + b]) - expected[from + b];
      moved += std::fabs(ahead) * static_cast<double>(scores);
    }
    const bool close = expected[from + ASSAY_KL_BINS / 2] < 1.0 && (margin == nullptr || (*margin)[row] < 1e-4);
    golden.near(what + (close ? " close to edges" : ""), moved, 0.0, {close ? 2.01 : 0.01});
  }
}

// The scores of some candidates against all references.
inline void near_scores(Golden& golden, const KlResult& found, const std::string& name) {
  const NpyArray expected = golden.array(name), which = golden.array("kl_pool_rows");
  const auto count = static_cast<size_t>(expected.shape[1]);
  std::vector<double> rows;
  for (size_t r = 0; r < which.count(); ++r) {
    const auto from = found.kl.begin() + static_cast<std::ptrdiff_t>(which[r]) * static_cast<std::ptrdiff_t>(count);
    rows.insert(rows.end(), from, from + static_cast<std::ptrdiff_t>(count));
  }
  golden.near("scores", rows, expected, {1e-9});
}

inline void golden_kl_hist(Golden& golden) {
  const NpyArray counts = golden.array("cand_hist"), labelled = golden.array("lab_dist");
  const GoldenRows candidates = golden_rows(counts, counts.shape[0]);
  const KlResult pool = golden_kl(golden, candidates, nullptr);
  golden.near("pool minima", pool.lo, golden.array("pool_min"), {1e-9});
  golden.near("pool maxima", pool.hi, golden.array("pool_max"), {1e-9});
  near_scores(golden, pool, "kl_pool_f64");
  const NpyArray margin = golden.array("edge_margin_pool");
  near_histograms(golden, pool, golden.array("hist_pool_f64"), 0, ASSAY_KL_BINS, &margin, candidates.count);
  const int64_t all = labelled.shape[0];
  for (const int64_t size : {int64_t{1}, int64_t{2}, all / 2, all}) {
    const GoldenRows references = golden_rows(labelled, size);
    const KlResult found = golden_kl(golden, candidates, &references);
    const std::string suffix = "lab_" + std::to_string(size);
    const NpyArray margins = golden.array("edge_margin_" + suffix);
    near_histograms(golden, found, golden.array("hist_" + suffix + "_canonical"), 0, ASSAY_KL_BINS, &margins, size);
    if (size == all) near_scores(golden, found, "kl_lab_f64");
  }
  const GoldenRows none = golden_rows(labelled, 0);
  const auto empty = golden_kl(golden, candidates, &none).histogram;
  golden.near("bins without references", empty, std::vector<double>(empty.size(), 0.0), empty.size(), {0.0});
}

// The two histograms of RALIS's action vectors [.., C + 1 counts | 3 x 64 cells | to labelled | to the pool].
inline void near_action_histograms(Golden& golden, const std::vector<double>& counts, const NpyArray& vectors,
                                   const NpyArray& labelled) {
  const auto classes = static_cast<size_t>(labelled.shape[1]), stride = static_cast<size_t>(vectors.shape.back());
  const GoldenRows candidates = rows_of(counts, labelled.shape[1], 1e-7);
  const GoldenRows references = golden_rows(labelled, labelled.shape[0]);
  const size_t first = classes + 3 * ASSAY_CELLS * ASSAY_CELLS;
  const KlResult to_labelled = golden_kl(golden, candidates, &references);
  near_histograms(golden, to_labelled, vectors, first, stride, nullptr, references.count);
  const KlResult to_pool = golden_kl(golden, candidates, nullptr);
  near_histograms(golden, to_pool, vectors, first + ASSAY_KL_BINS, stride, nullptr, candidates.count);
}

inline void golden_state(Golden& golden) {
  const NpyArray pool = golden.array("pool"), labelled = golden.array("labelled_dist");
  const auto classes = static_cast<size_t>(labelled.shape[1]), stride = static_cast<size_t>(pool.shape.back());
  std::vector<double> counts;
  for (size_t i = 0; i < pool.count() / stride * classes; ++i) {
    counts.push_back(std::round(pool[i / classes * stride + i % classes]));
  }
  near_action_histograms(golden, counts, pool, labelled);
}

// Given scores s come about as KL((1, 0) || (e^-s, 1 - e^-s)), up to rounding: the counts below each edge must lie
// between those for the scores moved by 1e-14 either way.
inline void golden_histogram_rule(Golden& golden) {
  const auto cases = static_cast<int>(golden.number("n"));
  for (int i = 0; i < cases; ++i) {
    const std::string name = "c" + std::to_string(i);
    const auto scores = golden.array(name + "_scores").as<double>();
    const NpyArray counts = golden.array(name + "_counts_canonical");
    std::vector<double> references;
    for (const double s : scores) references.insert(references.end(), {std::exp(-s), std::max(0.0, -std::expm1(-s))});
    const GoldenRows one = rows_of({1.0, 0.0}, 2, 0.0), table = rows_of(references, 2, 0.0);
    const KlResult found = golden_kl(golden, one, &table);
    const auto [lo, hi] = std::minmax_element(scores.begin(), scores.end());
    double expected = 0.0, below = 0.0;
    for (size_t b = 0; b < ASSAY_KL_BINS; ++b) {
      expected += counts[b];
      below += std::round(static_cast<double>(found.histogram[b]) * static_cast<double>(scores.size()));
      const double edge = *lo + static_cast<double>(b + 1) * ((*hi - *lo) / ASSAY_KL_BINS);
      const auto close =
          std::count_if(scores.begin(), scores.end(), [&](double s) { return std::fabs(s - edge) <= 1e-14; });
      golden.near("counts below edges", below, expected, {b + 1 == ASSAY_KL_BINS ? 0.0 : static_cast<double>(close)});
    }
  }
}

}  // namespace assay_test

#endif
