// The cases of resize, held against the CPU twins (all bits) and its matrices in double.
#ifndef ASSAY_TESTS_CASES_RESIZE_TABLE_H
#define ASSAY_TESTS_CASES_RESIZE_TABLE_H

#include "network_elements.h"

namespace assay_test {

struct ResizeCase {
  int64_t n, c, in_h, in_w, out_h, out_w;
};

// R [out, in] of one axis, from the equations of the contract.
inline std::vector<double> resize_matrix(int64_t rule, int64_t in, int64_t out) {
  std::vector<double> matrix(static_cast<size_t>(in * out));
  for (int64_t o = 0; o < out; ++o) {
    double* const row = matrix.data() + o * in;
    const double centre = (static_cast<double>(o) + 0.5) * static_cast<double>(in) / static_cast<double>(out);
    if (rule == ASSAY_NEAREST_HALF_PIXEL) {
      row[(2 * o + 1) * in / (2 * out)] = 1.0;
      continue;
    }
    const double aligned = out == 1 ? 0.0 : static_cast<double>(o * (in - 1)) / static_cast<double>(out - 1);
    const double at = rule == ASSAY_BILINEAR_HALF_PIXEL ? std::max(0.0, centre - 0.5) : aligned;
    const auto low = static_cast<int64_t>(at);
    row[low] += 1.0 - (at - static_cast<double>(low));
    row[std::min(low + 1, in - 1)] += at - static_cast<double>(low);
  }
  return matrix;
}

// The product of `from` with both matrices, and with their magnitudes for the tolerance.
struct ResizeReference {
  std::vector<double> value, magnitude;
};

inline ResizeReference resize_reference(const ResizeCase& t, int64_t rule, bool forward,
                                        const std::vector<float>& from) {
  const auto rows = resize_matrix(rule, t.in_h, t.out_h), columns = resize_matrix(rule, t.in_w, t.out_w);
  const size_t size = static_cast<size_t>(t.n * t.c * (forward ? t.out_h * t.out_w : t.in_h * t.in_w));
  ResizeReference r = {std::vector<double>(size), std::vector<double>(size)};
  for (int64_t i = 0; i < t.out_h; ++i) {
    for (int64_t p = 0; p < t.in_h; ++p) {
      const double over_rows = rows[static_cast<size_t>(i * t.in_h + p)];
      for (int64_t at = 0; over_rows != 0.0 && at < t.out_w * t.in_w; ++at) {
        const int64_t j = at / t.in_w, q = at % t.in_w;
        const double weight = over_rows * columns[static_cast<size_t>(at)];
        for (int64_t k = 0; weight != 0.0 && k < t.n * t.c; ++k) {
          const int64_t n = k / t.c, c = k % t.c;
          const int64_t x = ((n * t.in_h + p) * t.in_w + q) * t.c + c, y = ((n * t.out_h + i) * t.out_w + j) * t.c + c;
          const double product = weight * static_cast<double>(from[static_cast<size_t>(forward ? x : y)]);
          r.value[static_cast<size_t>(forward ? y : x)] += product;
          r.magnitude[static_cast<size_t>(forward ? y : x)] += std::fabs(product);
        }
      }
    }
  }
  return r;
}

inline std::vector<float> run_resize(Backend& backend, const ResizeCase& t, int64_t rule, int64_t direction,
                                     int64_t dtype, const std::vector<float>& from, size_t size, size_t shift) {
  Buffers buffers(backend);
  const auto bytes = stored(from, dtype);
  auto* const to = buffers.output<unsigned char>(true, size * element_bytes(dtype));
  const AssayResizeArgs args = {sizeof args,
                                rule,
                                direction,
                                dtype,
                                t.n,
                                t.c,
                                t.in_h,
                                t.in_w,
                                t.out_h,
                                t.out_w,
                                buffers.input(bytes.data(), bytes.size(), shift),
                                to};
  backend.run(args);
  buffers.check();
  return loaded(buffers.read(to, size * element_bytes(dtype)), dtype);
}

inline void check_resize_case(Backend& first, Backend& second, Backend& twins, const ResizeCase& t, int64_t rule,
                              int64_t direction, int64_t dtype) {
  const bool forward = direction == ASSAY_RESIZE_FORWARD;
  std::ostringstream text;
  text << "resize [" << t.n << ", " << t.in_h << ", " << t.in_w << ", " << t.c << "] to " << t.out_h << " x " << t.out_w
       << " rule=" << rule << " direction=" << direction << " dtype=" << dtype;
  context() = text.str();
  const int64_t count = t.n * t.c * (forward ? t.in_h * t.in_w : t.out_h * t.out_w);
  const auto from = element_values(count, dtype, static_cast<uint64_t>(count + rule), false);
  const ResizeReference expected = resize_reference(t, rule, forward, from);
  const auto run = [&](Backend& backend, size_t shift) {
    return run_resize(backend, t, rule, direction, dtype, from, expected.value.size(), shift);
  };
  const auto found = run(first, 0);
  expect_same("resize of shifted rows", found, run(second, 4));
  expect_same("resize of the twin", found, run(twins, 0));
  const bool copies = forward && rule == ASSAY_NEAREST_HALF_PIXEL;
  for (size_t i = 0; i < found.size(); ++i) {
    const double rounding = copies ? 0.0 : dtype == ASSAY_F32 ? 0.0 : 0x1.01p-8 * std::fabs(expected.value[i]);
    // The difference of two neighbours rounds at their own size, which is below 4, however small the weight of one.
    const double tolerance = copies ? 0.0 : 2e-6 * expected.magnitude[i] + (forward ? 1e-6 : 1e-37);
    expect_near("resized", i, static_cast<double>(found[i]), expected.value[i], rounding + tolerance);
  }
}

inline void check_resize(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<ResizeCase> rows = {{2, 3, 3, 5, 7, 11}, {1, 16, 4, 3, 8, 12}, {1, 11, 9, 10, 4, 3}};
  if (!reduced) {
    rows.insert(rows.end(), {{1, 1, 1, 1, 1, 1},
                             {1, 8, 1, 1, 3, 5},
                             {1, 19, 6, 5, 1, 1},
                             {3, 24, 5, 7, 5, 7},
                             {1, 5, 2, 2, 33, 17},
                             {1, 40, 3, 20, 12, 80},
                             {1, 17, 1, 30, 1, 7},
                             {2, 33, 12, 16, 6, 8},
                             {1, 2, 5, 150, 10, 300}});
  }
  for (const ResizeCase& t : rows) {
    for (const int64_t rule : {ASSAY_BILINEAR_HALF_PIXEL, ASSAY_BILINEAR_ALIGNED_CORNERS, ASSAY_NEAREST_HALF_PIXEL}) {
      for (const int64_t direction : {ASSAY_RESIZE_FORWARD, ASSAY_RESIZE_BACKWARD}) {
        for (const int64_t dtype : {ASSAY_F32, ASSAY_BF16}) {
          check_resize_case(first, second, twins, t, rule, direction, dtype);
        }
      }
    }
  }
}

}  // namespace assay_test

#endif
