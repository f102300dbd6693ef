// The cases of dropout_mask and fold_normalisation, held against the CPU twins (all bits) and the definitions.
#ifndef ASSAY_TESTS_CASES_MASK_AND_FOLD_TABLE_H
#define ASSAY_TESTS_CASES_MASK_AND_FOLD_TABLE_H

#include "network_elements.h"

namespace assay_test {

// The generator written out once more, one element at a time.
inline bool reference_keeps(uint64_t key, int64_t i, int64_t threshold) {
  uint64_t z = key + static_cast<uint64_t>(i / 4) * 0x9E3779B97F4A7C15ull;
  z ^= z >> 30;
  z *= 0xBF58476D1CE4E5B9ull;
  z ^= z >> 27;
  z *= 0x94D049BB133111EBull;
  z ^= z >> 31;
  return static_cast<int64_t>(z / (uint64_t{1} << (i % 4 * 16)) % 65536) >= threshold;
}

inline std::vector<unsigned char> run_dropout_mask(Backend& backend, int64_t dtype, int64_t count, int64_t threshold,
                                                   int64_t key, size_t shift) {
  Buffers buffers(backend);
  const size_t bytes = static_cast<size_t>(count) * element_bytes(dtype);
  auto* const out = buffers.output<unsigned char>(true, bytes, shift);
  const AssayDropoutMaskArgs args = {sizeof args, dtype, count, threshold, key, out};
  backend.run(args);
  buffers.check();
  return buffers.read(out, bytes);
}

inline void check_dropout_mask(Backend& first, Backend& second, Backend& twins, bool reduced) {
  for (const int64_t count : flat_sizes(reduced)) {
    for (const int64_t threshold : {int64_t{0}, int64_t{1}, int64_t{6554}, int64_t{32768}, int64_t{65536}}) {
      for (const int64_t dtype : {ASSAY_F32, ASSAY_BF16}) {
        context() = "dropout_mask count=" + std::to_string(count) + " threshold=" + std::to_string(threshold) +
                    " dtype=" + std::to_string(dtype);
        const int64_t key = -count * 7919 + threshold;
        std::vector<float> expected;
        for (int64_t i = 0; i < count; ++i) {
          expected.push_back(reference_keeps(static_cast<uint64_t>(key), i, threshold) ? 1.0f : 0.0f);
        }
        const auto bytes = stored(expected, dtype);
        expect_same("mask", run_dropout_mask(first, dtype, count, threshold, key, 0), bytes);
        expect_same("mask off its alignment", run_dropout_mask(second, dtype, count, threshold, key, 4), bytes);
        expect_same("mask of the twin", run_dropout_mask(twins, dtype, count, threshold, key, 0), bytes);
      }
    }
  }
}

struct FoldCase {
  int64_t outputs, per_output;
  bool bias;
};

inline void check_fold_case(Backend& first, Backend& second, Backend& twins, const FoldCase& t) {
  context() = "fold_normalisation outputs=" + std::to_string(t.outputs) +
              " per_output=" + std::to_string(t.per_output) + (t.bias ? " with bias" : "");
  const double epsilon = 1e-5;
  const auto weights = normal_values(t.outputs * t.per_output, 1), bias = normal_values(t.outputs, 2);
  const auto scale = normal_values(t.outputs, 3), shift = normal_values(t.outputs, 4);
  const auto mean = normal_values(t.outputs, 5);
  auto variance = normal_values(t.outputs, 6);
  for (float& x : variance) x *= x;
  const auto run = [&](Backend& backend, size_t misalignment) {
    Buffers b(backend);
    AssayFoldNormalisationArgs args = {};
    args.struct_size = sizeof args;
    args.outputs = t.outputs;
    args.per_output = t.per_output;
    args.weights = static_cast<const float*>(b.input(weights.data(), weights.size() * 4, misalignment));
    args.bias = t.bias ? b.input(bias) : nullptr;
    args.scale = b.input(scale);
    args.shift = b.input(shift);
    args.mean = b.input(mean);
    args.variance = b.input(variance);
    args.epsilon = epsilon;
    args.folded_weights = b.output<float>(true, weights.size());
    args.folded_bias = b.output<float>(true, bias.size());
    backend.run(args);
    b.check();
    auto out = b.read(args.folded_weights, weights.size());
    const auto folded = b.read(args.folded_bias, bias.size());
    out.insert(out.end(), folded.begin(), folded.end());
    return out;
  };
  const auto found = run(first, 0);
  expect_same("folded again", found, run(second, 4));
  expect_same("folded by the twin", found, run(twins, 0));
  for (size_t o = 0; o < bias.size(); ++o) {
    const double factor = static_cast<double>(scale[o]) / std::sqrt(static_cast<double>(variance[o]) + epsilon);
    const double centred = (t.bias ? static_cast<double>(bias[o]) : 0.0) - static_cast<double>(mean[o]);
    const double expected = static_cast<double>(shift[o]) + centred * factor;
    expect_near("bias", o, static_cast<double>(found[weights.size() + o]), expected, 1e-7 * std::fabs(expected));
    for (size_t i = 0; i < static_cast<size_t>(t.per_output); ++i) {
      const size_t at = o * static_cast<size_t>(t.per_output) + i;
      const double weight = static_cast<double>(weights[at]) * factor;
      expect_near("weight", at, static_cast<double>(found[at]), weight, 1e-7 * std::fabs(weight));
    }
  }
}

inline void check_fold_normalisation(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<FoldCase> rows = {{3, 27, false}, {5, 64, true}};
  if (!reduced)
    rows.insert(rows.end(), {{0, 9, true}, {4, 0, true}, {1, 1, false}, {40, 1152, true}, {2, 1030, false}});
  for (const FoldCase& t : rows) check_fold_case(first, second, twins, t);
}

}  // namespace assay_test

#endif
