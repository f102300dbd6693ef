// kl_histogram's CPU twin: the bins as a function, the table of cases, threads, and what is refused.
#include <limits>

#include "../cases/kl_table.h"
#include "math/double_ops.h"

namespace {

using namespace assay_test;
using assay::math::DoubleOps;

std::vector<int64_t> bins_of(const std::vector<double>& scores) {
  const auto range = assay::math::histogram_range<DoubleOps>(*std::min_element(scores.begin(), scores.end()),
                                                             *std::max_element(scores.begin(), scores.end()));
  std::vector<int64_t> bins(ASSAY_KL_BINS, 0);
  for (const double score : scores) {
    ++bins[static_cast<size_t>(assay::math::histogram_bin<DoubleOps>(range, score))];
  }
  return bins;
}

void expect_bins(const std::vector<double>& scores, std::vector<std::pair<int, int64_t>> filled) {
  std::vector<int64_t> expected(ASSAY_KL_BINS, 0);
  for (const auto& [bin, count] : filled) expected[static_cast<size_t>(bin)] = count;
  CHECK(bins_of(scores) == expected);
}

void test_rule() {
  expect_bins({3.25, 3.25, 3.25}, {{16, 3}});
  expect_bins({2.0}, {{16, 1}});
  expect_bins({0.0}, {{16, 1}});
  expect_bins({0.0, 1e-300}, {{16, 2}});
  expect_bins({1e-12, 1.001e-12, 2e-12}, {{16, 3}});
  expect_bins({0.0, 1e-9}, {{16, 2}});
  expect_bins({0.0, 1.1e-9}, {{0, 1}, {31, 1}});
  expect_bins({20.0, 20.0 + 1e-8}, {{16, 2}});
  expect_bins({0.0, 0.0, 0.0, 1.0}, {{0, 3}, {31, 1}});
  expect_bins({-2e-16, 0.0, 1e-16, 16.1}, {{0, 3}, {31, 1}});
}

// Scores on edges, and one step of a double beside them, for ranges in which edges round.
void test_edges() {
  Random random(11);
  for (int turn = 0; turn < 2000; ++turn) {
    const double lo = turn % 4 == 0 ? 0.0 : random.uniform() * 3;
    const double hi = turn % 3 == 0 ? lo + 1 : lo + std::exp(random.normal() * 5);
    std::vector<double> scores = {lo, hi};
    for (int b = 1; b < ASSAY_KL_BINS; ++b) {
      const double edge = lo + b * ((hi - lo) / ASSAY_KL_BINS);
      for (const double score : {std::nextafter(edge, lo), edge, std::nextafter(edge, hi)}) scores.push_back(score);
    }
    CHECK(bins_of(scores) == numpy_bins(scores.data(), static_cast<int64_t>(scores.size())));
  }
}

struct Call {
  std::vector<double> candidates, references;
  int64_t classes;
  AssayKlHistogramArgs args = {};
  std::vector<float> histogram;
  std::vector<double> lo, hi;

  Call(std::vector<double> c, std::vector<double> r, int64_t k)
      : candidates(std::move(c)), references(std::move(r)), classes(k) {
    args.struct_size = sizeof args;
    args.candidates = candidates.data();
    args.candidate_dtype = args.reference_dtype = ASSAY_F64;
    args.candidate_count = static_cast<int64_t>(candidates.size()) / k;
    args.references = references.data();
    args.reference_count = static_cast<int64_t>(references.size()) / k;
    args.classes = k;
    histogram.assign(candidates.size() / static_cast<size_t>(k) * ASSAY_KL_BINS, -1.0f);
    lo.assign(candidates.size() / static_cast<size_t>(k), -1.0);
    hi = lo;
    args.histogram = histogram.data();
    args.kl_min = lo.data();
    args.kl_max = hi.data();
  }
  AssayStatus run(int64_t threads) const {
    const AssayExec exec = {sizeof(AssayExec), ASSAY_CPU, 0, threads, {}};
    return assay_kl_histogram(&exec, &args);
  }
};

void test_threads() {
  Call one(count_rows(700, 20, false, false, 1), count_rows(333, 20, false, true, 2), 20);
  CHECK_EQ(one.run(1), ASSAY_OK);
  for (const int64_t threads : {2, 3, 7}) {
    Call more(one.candidates, one.references, 20);
    CHECK_EQ(more.run(threads), ASSAY_OK);
    CHECK(more.histogram == one.histogram && more.lo == one.lo && more.hi == one.hi);
  }
}

// A class that the reference lacks costs much, but not everything.
void test_missing_class() {
  Call call({1, 1, 0, 1}, {1, 0, 1, 3}, 2);
  CHECK_EQ(call.run(1), ASSAY_OK);
  CHECK_NEAR(call.hi[0], 0.5 * (std::log(0.5) + 708.3964185322641) + 0.5 * std::log(0.5), 1e-9);
  CHECK_NEAR(call.lo[1], -std::log(0.75), 1e-15);
  CHECK_NEAR(call.hi[1], 708.3964185322641, 1e-9);
}

void expect_refused(const Call& call, const char* text) {
  CHECK_EQ(call.run(1), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), text);
  CHECK_EQ(call.histogram[0], -1.0f);
}

void test_refused() {
  const double inf = std::numeric_limits<double>::infinity();
  const double largest = std::numeric_limits<double>::max();
  const std::vector<double> good = {1, 2, 3, 4};
  expect_refused(Call({1, 2, -1, 4}, good, 2), "candidates[1, 0]=-1 must be finite and not negative");
  expect_refused(Call({1, 2, NAN, 4}, good, 2), "candidates[1, 0]=nan");
  expect_refused(Call(good, {1, inf}, 2), "references[0, 1]=inf");
  expect_refused(Call(good, {1, 1, 0, 0}, 2), "references[1]: the sum 0 of a row must be positive and finite");
  expect_refused(Call(good, {largest, largest}, 2), "the sum inf of a row");
  Call call(good, good, 2);
  call.args.candidate_fill = -1e-7;
  expect_refused(call, "candidate_fill=-1e-07 must be in [0, 1]");
  call.args.candidate_fill = 0;
  call.args.reference_fill = NAN;
  expect_refused(call, "reference_fill=nan must be in [0, 1]");
  call.args.reference_fill = 0;
  call.args.classes = 257;
  expect_refused(call, "classes=257 must be in [1, 256]");
  call.args.classes = 2;
  call.args.reference_dtype = ASSAY_F16;
  expect_refused(call, "reference_dtype=1 must be");
  call.args.reference_dtype = ASSAY_F64;
  call.args.references = nullptr;
  call.args.reference_count = 1;
  expect_refused(call, "reference_count=1 must be candidate_count=2 or 0");
}

}  // namespace

int main() {
  test_rule();
  test_edges();
  CpuTwins first, second, twins;
  check_kl_table(first, second, twins, false);
  test_threads();
  test_missing_class();
  test_refused();
  return finish();
}
