// The cases of confusion, cross_entropy, sgd_step, adam_step and squared_norm, held against the CPU twins (all bits)
// and against the equations in double.
#ifndef ASSAY_TESTS_CASES_TRAINING_TABLE_H
#define ASSAY_TESTS_CASES_TRAINING_TABLE_H

#include "score_table.h"

namespace assay_test {

inline std::vector<float> normal_values(int64_t count, uint64_t seed) {
  Random random(seed);
  std::vector<float> out(static_cast<size_t>(count));
  for (float& x : out) x = static_cast<float>(random.normal());
  return out;
}

struct ConfusionResult {
  std::vector<int64_t> confusion, out_of_range;
};

inline ConfusionResult run_confusion(Backend& backend, const std::vector<uint8_t>& truth,
                                     const std::vector<uint8_t>& prediction, int64_t classes, int64_t ignore,
                                     size_t shift) {
  Buffers b(backend);
  const size_t cells = static_cast<size_t>(classes * classes);
  AssayConfusionArgs args = {};
  args.struct_size = sizeof args;
  args.truth = static_cast<const uint8_t*>(b.input(truth.data(), truth.size(), shift));
  args.prediction = static_cast<const uint8_t*>(b.input(prediction.data(), prediction.size()));
  args.count = static_cast<int64_t>(truth.size());
  args.classes = classes;
  args.ignore = ignore;
  args.confusion = b.output<int64_t>(true, cells);
  args.out_of_range = b.output<int64_t>(true, 1);
  backend.run(args);
  b.check();
  return {b.read(args.confusion, cells), b.read(args.out_of_range, 1)};
}

inline void check_confusion(Backend& first, Backend& second, Backend& twins, bool reduced) {
  const std::vector<int64_t> counts =
      reduced ? std::vector<int64_t>{33, 6000} : std::vector<int64_t>{0, 1, 15, 16, 17, 4095, 4097, 30011};
  for (const int64_t classes : {1, 2, 11, 19, 97, 150, 255}) {
    for (const int64_t count : counts) {
      context() = "confusion classes=" + std::to_string(classes) + " count=" + std::to_string(count);
      Random random(static_cast<uint64_t>(count + classes));
      const int64_t ignore = count % 2 == 0 ? 255 : count % 4 == 1 ? -1 : 0;
      std::vector<uint8_t> truth, prediction;
      for (int64_t i = 0; i < count; ++i) {
        const bool repeat = i > 0 && random.below(3) != 0;  // runs, as in images
        truth.push_back(repeat
                            ? truth.back()
                            : static_cast<uint8_t>(random.below(10) == 0 ? random.below(256) : random.below(classes)));
        prediction.push_back(
            repeat ? prediction.back()
                   : static_cast<uint8_t>(random.below(20) == 0 ? random.below(256) : random.below(classes)));
      }
      std::vector<int64_t> expected(static_cast<size_t>(classes * classes), 0);
      int64_t out_of_range = 0;
      for (size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] == ignore) continue;
        if (truth[i] < classes && prediction[i] < classes) {
          ++expected[static_cast<size_t>(truth[i] * classes + prediction[i])];
        } else {
          ++out_of_range;
        }
      }
      const ConfusionResult a = run_confusion(first, truth, prediction, classes, ignore, 0);
      const ConfusionResult b = run_confusion(second, truth, prediction, classes, ignore, 1);
      const ConfusionResult c = run_confusion(twins, truth, prediction, classes, ignore, 0);
      expect_same("confusion", a.confusion, expected);
      expect_same("confusion again", a.confusion, b.confusion);
      expect_same("confusion of the twin", a.confusion, c.confusion);
      EXPECT(
          a.out_of_range[0] == out_of_range && b.out_of_range[0] == out_of_range && c.out_of_range[0] == out_of_range,
          "out_of_range");
    }
  }
}

struct LossResult {
  std::vector<double> loss, weight_sum;
  std::vector<int64_t> out_of_range;
  std::vector<float> gradient;  // as it lies in memory, gaps included
};

inline LossResult run_loss(Backend& backend, const Scores& s, const std::vector<uint8_t>& labels,
                           const std::vector<float>& weights, int64_t ignore, bool gradient) {
  Buffers b(backend);
  AssayCrossEntropyArgs args = {};
  args.struct_size = sizeof args;
  args.logits = s.tensor;
  args.logits.data = b.input(s.bytes.data(), s.bytes.size(), s.misalignment);
  args.labels = b.input(labels);
  args.class_weights = weights.empty() ? nullptr : b.input(weights);
  args.ignore = ignore;
  args.loss = b.output<double>(true, 1);
  args.weight_sum = b.output<double>(true, 1);
  args.out_of_range = b.output<int64_t>(true, 1);
  args.gradient = b.output<float>(gradient, s.bytes.size() / 4, s.misalignment);
  backend.run(args);
  b.check();
  return {b.read(args.loss, 1), b.read(args.weight_sum, 1), b.read(args.out_of_range, 1),
          b.read(args.gradient, s.bytes.size() / 4)};
}

// Loss and gradient straight from the equation; returns the loss.
inline void check_loss_reference(const ScoreCase& t, const Scores& s, const std::vector<uint8_t>& labels,
                                 const std::vector<float>& weights, int64_t ignore, const LossResult& r) {
  const auto counted = [&](uint8_t label) { return label != ignore && label < t.c; };
  const auto weight_of = [&](uint8_t label) { return weights.empty() ? 1.0 : static_cast<double>(weights[label]); };
  double sum = 0.0, weight_sum = 0.0;
  for (const uint8_t label : labels) weight_sum += counted(label) ? weight_of(label) : 0.0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const float* const x = s.values.data() + i * static_cast<size_t>(t.c);
    const double largest = *std::max_element(x, x + t.c);
    double total = 0.0;
    for (int64_t c = 0; c < t.c; ++c) total += std::exp(x[c] - largest);
    if (counted(labels[i])) sum += weight_of(labels[i]) * (std::log(total) + largest - x[labels[i]]);
    if (r.gradient.empty()) continue;
    const auto pixel = static_cast<int64_t>(i);
    const AssayTensor& a = s.tensor;
    const int64_t at = pixel / (t.h * t.w) * a.stride_n + pixel / t.w % t.h * a.stride_h + pixel % t.w * a.stride_w;
    for (int64_t c = 0; c < t.c; ++c) {
      const double p = std::exp(x[c] - largest) / total - (c == labels[i] ? 1.0 : 0.0);
      const double expected = counted(labels[i]) ? weight_of(labels[i]) / weight_sum * p : 0.0;
      expect_near("gradient", static_cast<size_t>(at + c * a.stride_c),
                  r.gradient[static_cast<size_t>(at + c * a.stride_c)], expected, 1e-6);
    }
  }
  expect_near("loss", 0, r.loss[0], weight_sum > 0 ? sum / weight_sum : 0.0,
              1e-6 * (1.0 + sum / (weight_sum > 0 ? weight_sum : 1.0)));
  expect_near("weight_sum", 0, r.weight_sum[0], weight_sum, 1e-9 * (1.0 + weight_sum));
}

inline void check_cross_entropy(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<ScoreCase> rows = {
      {"planar", 2, 11, 7, 33, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal},
      {"interleaved", 2, 19, 9, 31, Layout::kInterleaved, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal},
      {"interleaved crop", 1, 5, 9, 31, Layout::kInterleavedCrop, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal},
  };
  if (!reduced) {
    for (const int64_t c : {1, 2, 21, 33, 150, 255}) {
      for (const Layout layout :
           {Layout::kPlanar, Layout::kPlanarShift, Layout::kInterleaved, Layout::kInterleavedShift}) {
        rows.push_back(
            {"classes", 1, c, 3, 129, layout, ASSAY_F32, ASSAY_LOGITS, c % 2 == 0 ? Fill::kNormal : Fill::kOneHot});
      }
    }
  }
  for (size_t row = 0; row < rows.size() * 2; ++row) {
    const ScoreCase& t = rows[row / 2];
    const bool weighted = row % 2 == 0;
    context() = describe(t, row, weighted);
    const Scores s = make_scores(t, row + 17);
    Random random(row + 5);
    std::vector<uint8_t> labels(static_cast<size_t>(t.n * t.h * t.w));
    for (uint8_t& label : labels)
      label = static_cast<uint8_t>(random.below(8) == 0   ? 255
                                   : random.below(9) == 0 ? random.below(255)
                                                          : random.below(t.c));
    std::vector<float> weights;
    for (int64_t c = 0; weighted && c < t.c; ++c) weights.push_back(static_cast<float>(0.25 + random.uniform()));
    const LossResult a = run_loss(first, s, labels, weights, 255, true),
                     b = run_loss(second, s, labels, weights, 255, true);
    const LossResult twin = run_loss(twins, s, labels, weights, 255, true),
                     alone = run_loss(first, s, labels, weights, 255, false);
    expect_same("loss again", a.loss, b.loss);
    expect_same("loss without gradient", a.loss, alone.loss);
    expect_same("gradient again", a.gradient, b.gradient);
    expect_same("gradient of the twin", a.gradient, twin.gradient);
    expect_same("weight_sum of the twin", a.weight_sum, twin.weight_sum);
    expect_same("out_of_range of the twin", a.out_of_range, twin.out_of_range);
    expect_near("loss of the twin", 0, a.loss[0], twin.loss[0],
                1e-12 * (1.0 + std::fabs(twin.loss[0])));  // another order of doubles
    check_loss_reference(t, s, labels, weights, 255, a);
  }
  context() = "cross_entropy without a counted pixel, and with a NaN";
  const ScoreCase t = {"", 1, 4, 2, 3, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal};
  Scores s = make_scores(t, 3);
  const LossResult none = run_loss(first, s, std::vector<uint8_t>(6, 7), {}, 7, true);
  EXPECT(none.loss[0] == 0.0 && none.weight_sum[0] == 0.0 && none.out_of_range[0] == 0, "loss without pixels");
  for (const float g : none.gradient) EXPECT(g == 0.0f, "gradient without pixels");
  const float nan = std::nanf("");
  std::memcpy(s.bytes.data(), &nan, 4);
  EXPECT(std::isnan(run_loss(first, s, std::vector<uint8_t>(6, 1), {}, 7, true).loss[0]), "the loss hides a NaN logit");
}

inline std::vector<int64_t> flat_sizes(bool reduced) {
  return reduced ? std::vector<int64_t>{1, 1027, 9000}
                 : std::vector<int64_t>{0, 1, 3, 4, 31, 32, 33, 255, 1023, 1024, 1025, 4095, 4096, 4097, 40001};
}

inline void check_sgd_step(Backend& first, Backend& second, Backend& twins, bool reduced) {
  for (const int64_t count : flat_sizes(reduced)) {
    context() = "sgd_step count=" + std::to_string(count);
    const auto p = normal_values(count, 1), g = normal_values(count, 2), v = normal_values(count, 3);
    const auto run = [&](Backend& backend, size_t shift) {
      Buffers b(backend);
      AssaySgdStepArgs args = {
          sizeof args,   b.changing(p), static_cast<const float*>(b.input(g.data(), g.size() * 4, shift)),
          b.changing(v), count,         0.05,
          0.9,           1e-3,          0.75};
      backend.run(args);
      b.check();
      auto out = b.read(args.parameters, p.size());
      const auto velocity = b.read(args.velocity, v.size());
      out.insert(out.end(), velocity.begin(), velocity.end());
      return out;
    };
    const auto a = run(first, 0);
    expect_same("sgd again", a, run(second, 4));
    expect_same("sgd of the twin", a, run(twins, 0));
    for (size_t i = 0; i < p.size(); ++i) {
      const double velocity = 0.9 * v[i] + 0.75 * g[i] + 1e-3 * p[i];
      expect_near("velocity", i, a[p.size() + i], velocity, 1e-6);
      expect_near("parameter", i, a[i], p[i] - 0.05 * velocity, 1e-6);
    }
  }
}

inline void check_adam_step(Backend& first, Backend& second, Backend& twins, bool reduced) {
  for (const int64_t count : flat_sizes(reduced)) {
    context() = "adam_step count=" + std::to_string(count);
    const auto p = normal_values(count, 1), g = normal_values(count, 2), m = normal_values(count, 3);
    auto v = normal_values(count, 4);
    for (float& x : v) x *= x;
    const int64_t step = 1 + count % 7;
    const auto run = [&](Backend& backend, size_t shift) {
      Buffers b(backend);
      AssayAdamStepArgs args = {
          sizeof args,   b.changing(p), static_cast<const float*>(b.input(g.data(), g.size() * 4, shift)),
          b.changing(m), b.changing(v), count,
          step,          1e-2,          0.9,
          0.999,         1e-8,          1e-3,
          0.75};
      backend.run(args);
      b.check();
      auto out = b.read(args.parameters, p.size());
      for (const float* part : {args.first_moment, args.second_moment}) {
        const auto values = b.read(part, p.size());
        out.insert(out.end(), values.begin(), values.end());
      }
      return out;
    };
    const auto a = run(first, 0);
    expect_same("adam again", a, run(second, 4));
    expect_same("adam of the twin", a, run(twins, 0));
    for (size_t i = 0; i < p.size(); ++i) {
      const double gradient = 0.75 * g[i] + 1e-3 * p[i], mean = 0.9 * m[i] + 0.1 * gradient,
                   square = 0.999 * v[i] + 0.001 * gradient * gradient;
      const double mean_hat = mean / (1 - std::pow(0.9, step)), square_hat = square / (1 - std::pow(0.999, step));
      const double change = 1e-2 * mean_hat / (std::sqrt(square_hat) + 1e-8);
      expect_near("parameter", i, a[i], p[i] - change, 1e-6 * (1.0 + std::fabs(change)));
    }
  }
}

inline void check_squared_norm(Backend& first, Backend& second, Backend& twins, bool reduced) {
  std::vector<int64_t> counts = flat_sizes(reduced);
  counts.push_back(200005);                                // more than one group of blocks
  if (!reduced) counts.push_back(256 * 16 * 4096 + 4097);  // more groups than threads
  for (const int64_t count : counts) {
    context() = "squared_norm count=" + std::to_string(count);
    const auto values = normal_values(count, 5);
    const auto run = [&](Backend& backend, size_t shift) {
      Buffers b(backend);
      AssaySquaredNormArgs args = {sizeof args,
                                   static_cast<const float*>(b.input(values.data(), values.size() * 4, shift)), count,
                                   b.output<double>(true, 1)};
      backend.run(args);
      b.check();
      return b.read(args.out, 1);
    };
    const auto a = run(first, 0);
    expect_same("norm again", a, run(second, 4));
    expect_same("norm of the twin", a, run(twins, 0));
    long double exact = 0.0;
    for (const float x : values) exact += static_cast<long double>(x) * x;
    const auto sum = static_cast<double>(exact);
    expect_near("norm", 0, a[0], sum, 1e-12 * sum);
  }
}

inline void check_training_table(Backend& first, Backend& second, Backend& twins, bool reduced) {
  check_confusion(first, second, twins, reduced);
  check_cross_entropy(first, second, twins, reduced);
  check_sgd_step(first, second, twins, reduced);
  check_adam_step(first, second, twins, reduced);
  check_squared_norm(first, second, twins, reduced);
}

}  // namespace assay_test

#endif
