// sgd_step and adam_step: element-wise loops over flat buffers.
#include <cmath>
#include <cstring>

#include "cpu/cpu_table.h"
#include "cpu/over_chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/optimizer_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#ifndef ASSAY_CPU_OPTIMIZER_CONSTANTS
#define ASSAY_CPU_OPTIMIZER_CONSTANTS
namespace assay::cpu {

struct SgdConstants {
  float gradient_scale, weight_decay, momentum, negative_rate;
};

struct AdamConstants {
  float gradient_scale, weight_decay, beta1, one_minus_beta1, beta2, one_minus_beta2, root_correction, epsilon,
      negative_step;
};

}  // namespace assay::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
constexpr hn::ScalableTag<float> kFloats;
constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(kFloats));  // no scalable instruction sets

HWY_INLINE void sgd_vector(float* p, const float* g, float* v, const SgdConstants& k) {
  const auto parameter = hn::LoadU(kFloats, p);
  const auto scaled = hn::Mul(hn::LoadU(kFloats, g), hn::Set(kFloats, k.gradient_scale));
  const auto gradient = hn::MulAdd(hn::Set(kFloats, k.weight_decay), parameter, scaled);
  const auto velocity = hn::MulAdd(hn::Set(kFloats, k.momentum), hn::LoadU(kFloats, v), gradient);
  hn::StoreU(velocity, kFloats, v);
  hn::StoreU(hn::MulAdd(hn::Set(kFloats, k.negative_rate), velocity, parameter), kFloats, p);
}

HWY_INLINE void adam_vector(float* p, const float* g, float* m, float* v, const AdamConstants& k) {
  const auto set = [](float x) HWY_ATTR { return hn::Set(kFloats, x); };
  const auto parameter = hn::LoadU(kFloats, p);
  const auto gradient =
      hn::MulAdd(set(k.weight_decay), parameter, hn::Mul(hn::LoadU(kFloats, g), set(k.gradient_scale)));
  const auto first = hn::MulAdd(set(k.one_minus_beta1), gradient, hn::Mul(hn::LoadU(kFloats, m), set(k.beta1)));
  const auto second =
      hn::MulAdd(hn::Mul(set(k.one_minus_beta2), gradient), gradient, hn::Mul(hn::LoadU(kFloats, v), set(k.beta2)));
  hn::StoreU(first, kFloats, m);
  hn::StoreU(second, kFloats, v);
  const auto denominator = hn::MulAdd(hn::Sqrt(second), set(k.root_correction), set(k.epsilon));
  hn::StoreU(hn::MulAdd(set(k.negative_step), hn::Div(first, denominator), parameter), kFloats, p);
}

// The end of a buffer goes through padded copies, so that every element sees the same instructions.
void sgd_chunk(float* p, const float* g, float* v, int64_t count, const SgdConstants& k) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) sgd_vector(p + i, g + i, v + i, k);
  if (i == count) return;
  float tail[3][kLanes] = {};
  const size_t size = static_cast<size_t>(count - i) * sizeof(float);
  std::memcpy(tail[0], p + i, size);
  std::memcpy(tail[1], g + i, size);
  std::memcpy(tail[2], v + i, size);
  sgd_vector(tail[0], tail[1], tail[2], k);
  std::memcpy(p + i, tail[0], size);
  std::memcpy(v + i, tail[2], size);
}

void adam_chunk(float* p, const float* g, float* m, float* v, int64_t count, const AdamConstants& k) {
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) adam_vector(p + i, g + i, m + i, v + i, k);
  if (i == count) return;
  float tail[4][kLanes] = {};
  const size_t size = static_cast<size_t>(count - i) * sizeof(float);
  std::memcpy(tail[0], p + i, size);
  std::memcpy(tail[1], g + i, size);
  std::memcpy(tail[2], m + i, size);
  std::memcpy(tail[3], v + i, size);
  adam_vector(tail[0], tail[1], tail[2], tail[3], k);
  std::memcpy(p + i, tail[0], size);
  std::memcpy(m + i, tail[2], size);
  std::memcpy(v + i, tail[3], size);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(sgd_chunk);
HWY_EXPORT(adam_chunk);

}  // namespace

void sgd_step(const AssayExec& exec, const AssaySgdStepArgs& args) {
  const SgdConstants k{static_cast<float>(args.gradient_scale), static_cast<float>(args.weight_decay),
                       static_cast<float>(args.momentum), static_cast<float>(-args.learning_rate)};
  over_chunks(exec, args.count, kElementsPerChunk, [&](int64_t at, int64_t size) {
    HWY_DYNAMIC_DISPATCH(sgd_chunk)(args.parameters + at, args.gradients + at, args.velocity + at, size, k);
  });
}

void adam_step(const AssayExec& exec, const AssayAdamStepArgs& args) {
  const auto step = static_cast<double>(args.step);
  AdamConstants k;
  k.gradient_scale = static_cast<float>(args.gradient_scale);
  k.weight_decay = static_cast<float>(args.weight_decay);
  k.beta1 = static_cast<float>(args.beta1);
  k.one_minus_beta1 = static_cast<float>(1 - args.beta1);
  k.beta2 = static_cast<float>(args.beta2);
  k.one_minus_beta2 = static_cast<float>(1 - args.beta2);
  k.root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(args.beta2, step)));
  k.epsilon = static_cast<float>(args.epsilon);
  k.negative_step = static_cast<float>(-args.learning_rate / (1 - std::pow(args.beta1, step)));
  over_chunks(exec, args.count, kElementsPerChunk, [&](int64_t at, int64_t size) {
    HWY_DYNAMIC_DISPATCH(adam_chunk)
    (args.parameters + at, args.gradients + at, args.first_moment + at, args.second_moment + at, size, k);
  });
}

}  // namespace assay::cpu
#endif
