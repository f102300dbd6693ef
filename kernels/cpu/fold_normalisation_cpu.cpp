// fold_normalisation: one output of the convolution at a time.
#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"
#include "math/folded_normalisation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/fold_normalisation_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

void scale_weights(const float* weights, int64_t count, double factor, float* folded) {
  const hn::ScalableTag<double> doubles;
  const hn::Rebind<float, decltype(doubles)> floats;
  const auto factors = hn::Set(doubles, factor);
  const auto lanes = static_cast<int64_t>(hn::Lanes(doubles));
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto product = hn::Mul(hn::PromoteTo(doubles, hn::LoadU(floats, weights + i)), factors);
    hn::StoreU(hn::DemoteTo(floats, product), floats, folded + i);
  }
  for (; i < count; ++i) folded[i] = math::folded_weight(weights[i], factor);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(scale_weights);

void fold_normalisation(const AssayExec& exec, const AssayFoldNormalisationArgs& args) {
  parallel_for(args.outputs, thread_count(exec.threads), [&](int64_t output, int64_t) {
    const double factor = math::folded_factor(args, output);
    const int64_t first = output * args.per_output;
    HWY_DYNAMIC_DISPATCH(scale_weights)
    (args.weights + first, args.per_output, factor, args.folded_weights + first);
    args.folded_bias[output] = math::folded_bias(args, output, factor);
  });
}

}  // namespace assay::cpu
#endif
