// Golden cases of confusion, sgd_step, squared_norm, adam_step and resize: 07_metrics, 08_double_dqn_io, 09_bilstm,
// 11_bilinear.
#ifndef ASSAY_TESTS_CASES_GOLDEN_TRAINING_H
#define ASSAY_TESTS_CASES_GOLDEN_TRAINING_H

#include "golden.h"
#include "resize_table.h"

namespace assay_test {

inline void near_confusion(Golden& golden, const std::string& truth, const std::string& prediction,
                           const std::string& matrix) {
  constexpr int64_t kClasses = 11, kVoid = 11;
  const auto t = golden.array(truth).as<uint8_t>(), p = golden.array(prediction).as<uint8_t>();
  const auto found = golden.both([&](Backend& backend) {
    ConfusionResult r = run_confusion(backend, t, p, kClasses, kVoid, 0);
    EXPECT(r.out_of_range[0] == 0, "labels out of range");
    return r.confusion;
  });
  golden.exact("cells", found, golden.array(matrix));
}

inline void golden_confusion(Golden& golden) {
  near_confusion(golden, "gt", "pred", "confusion_gt_pred");
  near_confusion(golden, "syn_gt", "syn_pred", "syn_confusion_gt_pred");
}

inline void near_norm(Golden& golden, const std::vector<float>& gradient, double expected) {
  const auto square = golden.both([&](Backend& backend) {
    Buffers b(backend);
    const AssaySquaredNormArgs args = {sizeof args, b.input(gradient), static_cast<int64_t>(gradient.size()),
                                       b.output<double>(true, 1)};
    backend.run(args);
    b.check();
    return b.read(args.out, 1);
  });
  // Gradients are stored in double and rounded to fp32 here.
  golden.near("norms of gradients", std::sqrt(square[0]), expected, {1e-12, 1e-6});
}

// The first step of each parameter whose gradient is there, from the stored weights.
inline void golden_sgd(Golden& golden) {
  const std::string weights = golden.text("weights_file");
  const NpyArray names = golden.array("param_names"), norms = golden.array("grad_norms_code_huber");
  for (size_t i = 0; i < names.count(); ++i) {
    const std::string name = names.text(i);
    if (!golden.has("grad_code/" + name)) continue;
    const auto p = golden.array(weights, "policy/" + name).as<float>();
    const auto g = golden.array("grad_code/" + name).as<float>();
    const auto after = golden.both([&](Backend& backend) {
      Buffers b(backend);
      const AssaySgdStepArgs args = {sizeof args,
                                     b.changing(p),
                                     b.input(g),
                                     b.changing(std::vector<float>(p.size(), 0.0f)),
                                     static_cast<int64_t>(p.size()),
                                     golden.number("lr"),
                                     golden.number("momentum"),
                                     golden.number("weight_decay"),
                                     1.0};
      backend.run(args);
      b.check();
      return b.read(args.parameters, p.size());
    });
    golden.near("weights after a step", after, golden.array("after_code/" + name), {1e-5});
    near_norm(golden, g, norms[i]);
  }
}

inline void golden_adam(Golden& golden) {
  const NpyArray names = golden.array("param_names");
  for (size_t i = 0; i < names.count(); ++i) {
    const std::string name = names.text(i);
    if (!golden.has("after_adam/" + name)) continue;
    const auto p = golden.array("w/" + name).as<float>(), g = golden.array("grad/" + name).as<float>();
    const std::vector<float> zeros(p.size(), 0.0f);
    const auto after = golden.both([&](Backend& backend) {
      Buffers b(backend);
      const AssayAdamStepArgs args = {sizeof args,
                                      b.changing(p),
                                      b.input(g),
                                      b.changing(zeros),
                                      b.changing(zeros),
                                      static_cast<int64_t>(p.size()),
                                      1,
                                      golden.number("adam_lr"),
                                      0.9,
                                      0.999,
                                      1e-8,
                                      golden.number("adam_weight_decay"),
                                      1.0};
      backend.run(args);
      b.check();
      return b.read(args.parameters, p.size());
    });
    golden.near("weights after a step", after, golden.array("after_adam/" + name), {2e-5});
  }
}

inline std::vector<float> transposed(const std::vector<float>& values, size_t rows) {
  const size_t columns = values.size() / rows;
  std::vector<float> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) out[i % columns * rows + i / columns] = values[i];
  return out;
}

// Planes [c, h, w] as one image of c channels.
inline void golden_bilinear(Golden& golden) {
  const NpyArray x = golden.array("x");
  const auto channels = static_cast<size_t>(x.shape[0]);
  const auto pixels = transposed(x.as<float>(), channels);
  const std::pair<const char*, int64_t> rules[] = {{"aligned", ASSAY_BILINEAR_ALIGNED_CORNERS},
                                                   {"half_pixel", ASSAY_BILINEAR_HALF_PIXEL}};
  for (const std::string size : {"x4", "x2", "to45x67"}) {
    for (const auto& [rule, value] : rules) {
      const NpyArray expected = golden.array(size + "_corners_" + rule);
      const ResizeCase t = {1, x.shape[0], x.shape[1], x.shape[2], expected.shape[1], expected.shape[2]};
      const int64_t kind = value;
      const auto found = golden.both([&](Backend& backend) {
        return run_resize(backend, t, kind, ASSAY_RESIZE_FORWARD, ASSAY_F32, pixels, expected.count(), 0);
      });
      golden.near("pixels", transposed(found, expected.count() / channels), expected, {1e-5});
    }
  }
}

}  // namespace assay_test

#endif
