// The cases of elementwise and channel_copy, and of all kernels of a network's layers together, held against the CPU
// twins (all bits) and the definitions in double.
#ifndef ASSAY_TESTS_CASES_NETWORK_TABLE_H
#define ASSAY_TESTS_CASES_NETWORK_TABLE_H

#include "mask_and_fold_table.h"
#include "resize_table.h"

namespace assay_test {

struct ElementFunction {
  const char* name;
  int64_t operation;
  bool two_inputs;
  bool exact;  // nothing but the conversion to the output's type rounds
  double (*reference)(double a, double b);
};

constexpr double kTestFactor = 1.25;

inline double positive(double x) { return x > 0 || std::isnan(x) ? x : 0.0; }

// The first factor is what may overflow on the way.
inline double product(double a, double b) { return static_cast<double>(static_cast<float>(kTestFactor * a)) * b; }

inline const std::vector<ElementFunction>& element_functions() {
  static const std::vector<ElementFunction> rows = {
      {"relu", ASSAY_RELU, false, true, [](double a, double) { return positive(a); }},
      {"relu_backward", ASSAY_RELU_BACKWARD, true, true, [](double a, double b) { return a > 0 ? b : 0.0; }},
      {"sigmoid", ASSAY_SIGMOID, false, false, [](double a, double) { return 1.0 / (1.0 + std::exp(-a)); }},
      {"sigmoid_backward", ASSAY_SIGMOID_BACKWARD, true, false, [](double a, double b) { return b * (a * (1.0 - a)); }},
      {"add", ASSAY_ADD, true, false, [](double a, double b) { return a + b; }},
      {"add_relu", ASSAY_ADD_RELU, true, false, [](double a, double b) { return positive(a + b); }},
      {"multiply", ASSAY_MULTIPLY, true, false, [](double a, double b) { return product(a, b); }},
      {"cast", ASSAY_CAST, false, true, [](double a, double) { return a; }},
  };
  return rows;
}

inline std::vector<unsigned char> run_elementwise(Backend& backend, int64_t operation, int64_t dtype, int64_t out_dtype,
                                                  const std::vector<float>& a, const std::vector<float>& b,
                                                  size_t shift) {
  Buffers buffers(backend);
  const auto a_bytes = stored(a, dtype), b_bytes = stored(b, dtype);
  const size_t out_bytes = a.size() * element_bytes(out_dtype);
  AssayElementwiseArgs args = {};
  args.struct_size = sizeof args;
  args.operation = operation;
  args.dtype = dtype;
  args.out_dtype = out_dtype;
  args.count = static_cast<int64_t>(a.size());
  args.a = buffers.input(a_bytes.data(), a_bytes.size(), shift);
  args.b = b.empty() ? nullptr : buffers.input(b_bytes.data(), b_bytes.size());
  auto* const out = buffers.output<unsigned char>(true, out_bytes, shift);
  args.out = out;
  args.factor = kTestFactor;
  backend.run(args);
  buffers.check();
  return buffers.read(out, out_bytes);
}

inline void check_element_function(Backend& first, Backend& second, Backend& twins, const ElementFunction& f,
                                   int64_t dtype, int64_t out_dtype, int64_t count) {
  context() = std::string(f.name) + " dtype=" + std::to_string(dtype) + " out_dtype=" + std::to_string(out_dtype) +
              " count=" + std::to_string(count);
  const auto a = element_values(count, dtype, 1, true);
  const auto b = f.two_inputs ? element_values(count, dtype, 2, true) : std::vector<float>();
  const auto run = [&](Backend& backend, size_t shift) {
    return loaded(run_elementwise(backend, f.operation, dtype, out_dtype, a, b, shift), out_dtype);
  };
  const auto found = run(first, 0);
  expect_same(f.name, found, run(second, 4));
  expect_same(f.name, found, run(twins, 0));
  const double relative = out_dtype == ASSAY_F32 ? 6e-7 : 0x1.01p-8;
  for (size_t i = 0; i < found.size(); ++i) {
    const double expected = f.reference(static_cast<double>(a[i]), b.empty() ? 0.0 : static_cast<double>(b[i]));
    if (f.exact && !std::isnan(expected)) {
      const float rounded = out_dtype == ASSAY_F32 ? static_cast<float>(expected) : nearest_brain(expected);
      EXPECT(found[i] == rounded, "element " + std::to_string(i) + " is not exact");
    } else if (std::fabs(expected) < 3e38 || !std::isfinite(expected)) {  // between them fp32 may overflow on the way
      expect_element(f.name, i, found[i], expected, relative);
    }
  }
}

inline void check_elementwise(Backend& first, Backend& second, Backend& twins, bool reduced) {
  for (const ElementFunction& f : element_functions()) {
    for (const int64_t count : flat_sizes(reduced)) {
      for (const int64_t dtype : {ASSAY_F32, ASSAY_BF16}) {
        check_element_function(first, second, twins, f, dtype, dtype, count);
      }
      if (f.operation == ASSAY_CAST) {
        check_element_function(first, second, twins, f, ASSAY_F32, ASSAY_BF16, count);
        check_element_function(first, second, twins, f, ASSAY_BF16, ASSAY_F32, count);
      }
    }
  }
}

struct CopyCase {
  int64_t pixels, channels, from_channels, from_channel, to_channels, to_channel;
};

inline std::vector<unsigned char> run_channel_copy(Backend& backend, const CopyCase& t, int64_t dtype,
                                                   const std::vector<unsigned char>& from,
                                                   const std::vector<unsigned char>& to, size_t shift) {
  Buffers buffers(backend);
  const auto* const source = buffers.input(from.data(), from.size(), shift);
  auto* const target = buffers.changing(to);
  const AssayChannelCopyArgs args = {sizeof args,     dtype,          t.pixels, t.channels,    source,
                                     t.from_channels, t.from_channel, target,   t.to_channels, t.to_channel};
  backend.run(args);
  buffers.check();
  return buffers.read(target, to.size());
}

inline std::vector<unsigned char> random_bytes(int64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<unsigned char> bytes(static_cast<size_t>(count));
  for (auto& byte : bytes) byte = static_cast<unsigned char>(random.next());
  return bytes;
}

inline void check_channel_copy(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<CopyCase> rows = {{35, 64, 64, 0, 192, 64}, {35, 64, 192, 128, 64, 0}, {70, 3, 8, 5, 4, 1}};
  if (!reduced) {
    rows.insert(rows.end(), {{0, 4, 8, 0, 4, 0},
                             {9, 0, 8, 3, 4, 4},
                             {1, 1, 1, 0, 1, 0},
                             {1000, 1, 2, 1, 3, 2},
                             {700, 19, 19, 0, 19, 0},
                             {333, 24, 40, 8, 32, 4},
                             {12, 6000, 6000, 0, 6100, 96}});
  }
  for (const CopyCase& t : rows) {
    for (const int64_t dtype : {ASSAY_F32, ASSAY_F16, ASSAY_BF16}) {
      context() = "channel_copy pixels=" + std::to_string(t.pixels) + " channels=" + std::to_string(t.channels) +
                  " dtype=" + std::to_string(dtype);
      const auto size = static_cast<int64_t>(element_bytes(dtype));
      const auto from = random_bytes(t.pixels * t.from_channels * size, 1);
      const auto to = random_bytes(t.pixels * t.to_channels * size, 2);
      auto expected = to;
      for (int64_t i = 0; i < t.pixels * t.channels * size; ++i) {
        const int64_t pixel = i / (t.channels * size), byte = i % (t.channels * size);
        expected[static_cast<size_t>((pixel * t.to_channels + t.to_channel) * size + byte)] =
            from[static_cast<size_t>((pixel * t.from_channels + t.from_channel) * size + byte)];
      }
      expect_same("copy", run_channel_copy(first, t, dtype, from, to, 0), expected);
      expect_same("copy of shifted rows", run_channel_copy(second, t, dtype, from, to, 4), expected);
      expect_same("copy of the twin", run_channel_copy(twins, t, dtype, from, to, 0), expected);
    }
  }
}

inline void check_network_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  check_elementwise(first, second, twins, reduced);
  check_channel_copy(first, second, twins, reduced);
  check_resize(first, second, twins, reduced);
  check_dropout_mask(first, second, twins, reduced);
  check_fold_normalisation(first, second, twins, reduced);
}

}  // namespace assay_test

#endif
