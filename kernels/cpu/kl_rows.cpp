#include "cpu/kl_rows.h"

#include <algorithm>

#include "assay/kernels/kl_histogram.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/kl_rows.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/double_vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// `values` holds the panel's entries and takes its shares; `logs` may be null or `values` itself.
void normalise_panel(int64_t classes, double* values, double* logs, double* sum_share_log) {
  using Ops = DoubleVectorOps;
  const Ops::D d;
  for (int64_t lane = 0; lane < kKlPanel; lane += static_cast<int64_t>(hn::Lanes(d))) {
    auto total = Ops::set(0.0);
    for (int64_t k = 0; k < classes; ++k) total = Ops::add(total, hn::LoadU(d, values + k * kKlPanel + lane));
    auto sum = Ops::set(0.0);
    for (int64_t k = 0; k < classes; ++k) {
      const int64_t at = k * kKlPanel + lane;
      const auto share = Ops::div(hn::LoadU(d, values + at), total);
      const auto log = log_share<Ops>(share);
      sum = Ops::fma(share, log, sum);
      hn::StoreU(share, d, values + at);
      if (logs != nullptr) hn::StoreU(log, d, logs + at);
    }
    if (sum_share_log != nullptr) hn::StoreU(sum, d, sum_share_log + lane);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(normalise_panel);

template <class T>
void load_panel(const KlRows& rows, int64_t panel, double* out) {
  for (int64_t lane = 0; lane < kKlPanel; ++lane) {
    const int64_t row = std::min(panel * kKlPanel + lane, rows.count - 1);
    const T* const from = static_cast<const T*>(rows.data) + row * rows.classes;
    for (int64_t k = 0; k < rows.classes; ++k) {
      const auto value = static_cast<double>(from[k]);
      out[k * kKlPanel + lane] = value == 0 ? rows.fill : value;
    }
  }
}

}  // namespace

void prepare_kl_panel(const KlRows& rows, int64_t panel, const KlPanel& out) {
  double* const values = out.share != nullptr ? out.share : out.log_share;
  if (rows.dtype == ASSAY_F32) {
    load_panel<float>(rows, panel, values);
  } else if (rows.dtype == ASSAY_F64) {
    load_panel<double>(rows, panel, values);
  } else {
    load_panel<int32_t>(rows, panel, values);
  }
  HWY_DYNAMIC_DISPATCH(normalise_panel)(rows.classes, values, out.log_share, out.sum_share_log);
}

}  // namespace assay::cpu
#endif
