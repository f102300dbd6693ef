// The cases of kl_histogram, held against the CPU twin (all bits) and against the equations in long double.
#ifndef ASSAY_TESTS_CASES_KL_TABLE_H
#define ASSAY_TESTS_CASES_KL_TABLE_H

#include <algorithm>
#include <cmath>

#include "backend.h"

namespace assay_test {

struct KlCase {
  int64_t candidates, references;  // references = -1: the candidates themselves
  int64_t classes;
  int64_t candidate_dtype, reference_dtype;
  double candidate_fill, reference_fill;
  bool few = false;  // few distinct references: heavy ties
};

inline std::string describe(const KlCase& t) {
  std::ostringstream text;
  text << "kl_histogram " << t.candidates << " x " << t.references << " of " << t.classes << " classes, dtypes "
       << t.candidate_dtype << " and " << t.reference_dtype << ", fills " << t.candidate_fill << " and "
       << t.reference_fill << (t.few ? ", few distinct" : "");
  return text.str();
}

// Rows of skewed counts, as predictions have them: most classes are absent.
inline std::vector<double> count_rows(int64_t rows, int64_t classes, bool zeros, bool few, uint64_t seed) {
  Random random(seed);
  std::vector<double> out;
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t same = few && i > 2 ? random.below(3) : -1;
    for (int64_t k = 0; k < classes; ++k) {
      if (same >= 0) {
        out.push_back(out[static_cast<size_t>(same * classes + k)]);
        continue;
      }
      const bool absent = zeros && k != i % classes && random.below(3) != 0;
      out.push_back(absent ? 0.0 : 1.0 + static_cast<double>(random.below(1 << (3 * (1 + random.below(4))))));
    }
  }
  return out;
}

// The rows as they lie in memory; proportions unless they are i32.
inline std::vector<unsigned char> stored_rows(std::vector<double>& rows, int64_t dtype) {
  std::vector<unsigned char> bytes;
  for (double& value : rows) {
    if (dtype != ASSAY_I32) value /= 4096;
    const auto single = static_cast<float>(value);
    const auto integer = static_cast<int32_t>(value);
    const void* const from = dtype == ASSAY_F32   ? static_cast<const void*>(&single)
                             : dtype == ASSAY_F64 ? static_cast<const void*>(&value)
                                                  : static_cast<const void*>(&integer);
    const auto* const first = static_cast<const unsigned char*>(from);
    bytes.insert(bytes.end(), first, first + (dtype == ASSAY_F64 ? 8 : 4));
  }
  return bytes;
}

struct KlResult {
  std::vector<float> histogram;
  std::vector<double> lo, hi, kl;
};

inline void expect_same(const KlResult& a, const KlResult& b) {
  expect_same("histogram", a.histogram, b.histogram);
  expect_same("kl", a.kl, b.kl);
  expect_same("kl_min", a.lo, b.lo);
  expect_same("kl_max", a.hi, b.hi);
}

// The equations, row by row.
inline void normalise(std::vector<double>& rows, int64_t classes, double fill) {
  for (size_t begin = 0; begin < rows.size(); begin += static_cast<size_t>(classes)) {
    long double sum = 0;
    for (size_t k = begin; k < begin + static_cast<size_t>(classes); ++k) {
      if (rows[k] == 0) rows[k] = fill;
      sum += static_cast<long double>(rows[k]);
    }
    for (size_t k = begin; k < begin + static_cast<size_t>(classes); ++k) {
      rows[k] = static_cast<double>(static_cast<long double>(rows[k]) / sum);
    }
  }
}

inline double reference_kl(const double* p, const double* q, int64_t classes) {
  long double sum = 0;
  for (int64_t k = 0; k < classes; ++k) {
    const auto share = static_cast<long double>(p[k]);
    const auto other = std::max(static_cast<long double>(q[k]), 0x1p-1022L);
    if (share > 0) sum += share * std::log(share / other);
  }
  return static_cast<double>(std::max(sum, 0.0L));
}

// Which bins numpy.histogram counts `scores` into, with the rule for equal ones, over edges as it makes them.
inline std::vector<int64_t> numpy_bins(const double* scores, int64_t count) {
  std::vector<int64_t> bins(ASSAY_KL_BINS, 0);
  const double lo = *std::min_element(scores, scores + count), hi = *std::max_element(scores, scores + count);
  if (hi - lo <= 1e-9 * std::max(1.0, std::fabs(hi))) {
    bins[16] = count;
    return bins;
  }
  double edges[ASSAY_KL_BINS];
  for (int b = 0; b < ASSAY_KL_BINS; ++b) edges[b] = lo + b * ((hi - lo) / ASSAY_KL_BINS);
  for (int64_t i = 0; i < count; ++i) {
    ++bins[static_cast<size_t>(std::upper_bound(edges, edges + ASSAY_KL_BINS, scores[i]) - edges - 1)];
  }
  return bins;
}

inline KlResult run_kl(Backend& backend, const KlCase& t, const std::vector<unsigned char>& candidates,
                       const std::vector<unsigned char>& references, bool everything, size_t shift) {
  Buffers b(backend);
  const bool own = t.references < 0;
  AssayKlHistogramArgs args = {};
  args.struct_size = sizeof args;
  args.candidates = b.input(candidates.data(), candidates.size(), shift);
  args.candidate_dtype = t.candidate_dtype;
  args.candidate_count = t.candidates;
  args.references = own ? nullptr : b.input(references.data(), references.size());
  args.reference_dtype = t.reference_dtype;
  args.reference_count = own ? t.candidates : t.references;
  args.classes = t.classes;
  args.candidate_fill = t.candidate_fill;
  args.reference_fill = t.reference_fill;
  const auto m = static_cast<size_t>(t.candidates);
  const size_t scores = m * static_cast<size_t>(args.reference_count);
  args.histogram = b.output<float>(true, m * ASSAY_KL_BINS);
  args.kl_min = b.output<double>(everything, m);
  args.kl_max = b.output<double>(everything, m);
  args.kl = b.output<double>(everything, scores);
  backend.run(args);
  b.check();
  return {b.read(args.histogram, m * ASSAY_KL_BINS), b.read(args.kl_min, m), b.read(args.kl_max, m),
          b.read(args.kl, scores)};
}

// Scores against the equations; range and bins against the scores themselves, exactly.
inline void check_kl_equations(const KlCase& t, std::vector<double> p, std::vector<double> q, const KlResult& r) {
  normalise(p, t.classes, t.candidate_fill);
  if (t.references < 0) {
    q = p;
  } else {
    normalise(q, t.classes, t.reference_fill);
  }
  const auto count = static_cast<int64_t>(q.size()) / t.classes;
  for (int64_t i = 0; i < t.candidates; ++i) {
    const double* const row = r.kl.data() + i * count;
    for (int64_t j = 0; j < count; ++j) {
      const double expected = reference_kl(p.data() + i * t.classes, q.data() + j * t.classes, t.classes);
      expect_near("kl", static_cast<size_t>(i * count + j), row[j], expected, 1e-12 * (1.0 + expected));
      EXPECT(t.references >= 0 || i != j || row[j] == 0.0, "a candidate's score with itself");
    }
    std::vector<int64_t> bins(ASSAY_KL_BINS, 0);
    if (count > 0) {
      EXPECT(r.lo[static_cast<size_t>(i)] == *std::min_element(row, row + count), "kl_min");
      EXPECT(r.hi[static_cast<size_t>(i)] == *std::max_element(row, row + count), "kl_max");
      bins = numpy_bins(row, count);
    }
    for (size_t b = 0; b < ASSAY_KL_BINS; ++b) {
      const double share = count == 0 ? 0.0 : static_cast<double>(bins[b]) / static_cast<double>(count);
      EXPECT(r.histogram[static_cast<size_t>(i) * ASSAY_KL_BINS + b] == static_cast<float>(share), "a bin");
    }
  }
}

inline std::vector<KlCase> kl_table(bool reduced) {
  std::vector<KlCase> rows = {
      {33, -1, 12, ASSAY_I32, ASSAY_I32, 1e-7, 0},
      {5, 70, 12, ASSAY_I32, ASSAY_F64, 1e-7, 1e-7},
      {32, 31, 20, ASSAY_F32, ASSAY_F32, 0, 1e-7, true},
      {2, 3, 40, ASSAY_F64, ASSAY_I32, 0, 0},
      {3, 0, 12, ASSAY_F32, ASSAY_F64, 0, 0},
      {65, 230, 40, ASSAY_I32, ASSAY_F64, 1e-7, 1e-7},
  };
  if (reduced) return rows;
  int64_t i = 0;
  const int64_t dtypes[] = {ASSAY_F32, ASSAY_F64, ASSAY_I32};
  for (const int64_t classes : {1, 2, 12, 31, 32, 33, 64, 65, 256}) {
    for (const int64_t candidates : {1, 15, 17, 32, 65}) {
      for (const int64_t references : {-1, 1, 2, 33}) {
        rows.push_back({candidates, references, classes, dtypes[i % 3], dtypes[i / 3 % 3], i % 2 == 0 ? 1e-7 : 0.0,
                        i % 4 < 2 ? 1e-7 : 0.0, i % 5 == 0});
        ++i;
      }
    }
  }
  rows.push_back({0, 5, 12, ASSAY_I32, ASSAY_I32, 0, 0});
  rows.push_back({0, -1, 12, ASSAY_I32, ASSAY_I32, 0, 0});
  rows.push_back({100, 700, 12, ASSAY_I32, ASSAY_F64, 1e-7, 1e-7});
  rows.push_back({40, 300, 20, ASSAY_F64, ASSAY_F64, 1e-7, 1e-7, true});
  return rows;
}

inline void check_kl_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  uint64_t seed = 0;
  for (const KlCase& t : kl_table(reduced)) {
    context() = describe(t);
    auto p = count_rows(t.candidates, t.classes, true, false, ++seed);
    auto q = count_rows(std::max<int64_t>(t.references, 0), t.classes, true, t.few, ++seed);
    const auto candidates = stored_rows(p, t.candidate_dtype);
    const auto references = stored_rows(q, t.reference_dtype);
    const KlResult a = run_kl(first, t, candidates, references, true, 0);
    const KlResult b = run_kl(second, t, candidates, references, true, 8);
    const KlResult c = run_kl(twins, t, candidates, references, true, 0);
    check_kl_equations(t, p, q, a);
    expect_same(a, b);
    expect_same(a, c);
    expect_same("histogram alone", run_kl(second, t, candidates, references, false, 0).histogram, c.histogram);
  }
}

}  // namespace assay_test

#endif
