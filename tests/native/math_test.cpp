// math/: exp, ln (fp32 and double) and x ln x against long double, in units in the last place and in absolute terms.
#include <cmath>

#include "check.h"
#include "math/double_ops.h"
#include "math/scalar_ops.h"

namespace {

using namespace assay::math;
using Ops = ScalarOps;

double ulps(float found, long double exact) {
  const long double unit = std::ldexp(1.0L, std::max(-149, std::ilogb(exact) - 23));
  return static_cast<double>(std::fabs(static_cast<long double>(found) - exact) / unit);
}

void test_exp() {
  double worst_near = 0, worst = 0;
  for (double d = 0; d >= -87; d -= 1.7e-4) {
    const auto x = static_cast<float>(d);
    const double error = ulps(exp_nonpositive<Ops>(clamp_exponent<Ops>(x)), std::exp(static_cast<long double>(x)));
    worst = std::max(worst, error);
    if (x > -10) worst_near = std::max(worst_near, error);
  }
  CHECK(worst_near <= 4);
  CHECK(worst <= 24);  // one constant for ln 2: the error grows with |d|, where exp(d) no longer matters
  CHECK_EQ(exp_nonpositive<Ops>(0.0f), 1.0f);
  for (const float d : {-87.0f, -88.0f, -1e4f, -3e38f, -INFINITY}) {
    const float e = exp_nonpositive<Ops>(clamp_exponent<Ops>(d));
    CHECK(e >= 0x1p-126f && e < 2e-38f);
  }
  CHECK(std::isnan(clamp_exponent<Ops>(NAN)));
}

void test_log() {
  double worst = 0;
  for (double d = 1; d < 300; d *= 1.00001) {
    const auto x = static_cast<float>(d);
    worst = std::max(worst, x == 1 ? 0.0 : ulps(log_positive<Ops>(x), std::log(static_cast<long double>(x))));
  }
  CHECK(worst <= 3);
  CHECK_EQ(log_positive<Ops>(1.0f), 0.0f);
  for (float x = 1.0f; x < 1.0001f; x = std::nextafter(x, 2.0f)) {
    CHECK_NEAR(log_positive<Ops>(x), std::log(static_cast<double>(x)), 1e-11);
  }
}

double ulps_of_double(double found, long double exact) {
  const long double unit = std::ldexp(1.0L, std::ilogb(exact) - 52);
  return static_cast<double>(std::fabs(static_cast<long double>(found) - exact) / unit);
}

// Shares lie in (0, 1]; the whole range of normal numbers is looked at, and closely where the logarithm passes 0.
void test_log_double() {
  double worst = 0;
  const auto look = [&](double x) {
    if (x != 1)
      worst = std::max(worst, ulps_of_double(log_double<DoubleOps>(x), std::log(static_cast<long double>(x))));
  };
  for (double x = 0x1p-1022; x < 1e300; x *= 1.00037) look(x);
  for (double x = 0.5; x < 2; x *= 1.0000013) look(x);
  for (double x = 1 - 1e-12; x < 1 + 1e-12; x = std::nextafter(x, 2.0)) look(x);
  CHECK(worst < 1);
  CHECK_EQ(log_double<DoubleOps>(1.0), 0.0);
  CHECK_EQ(log_share<DoubleOps>(0.0), log_double<DoubleOps>(0x1p-1022));
  CHECK_EQ(log_share<DoubleOps>(1e-310), log_double<DoubleOps>(0x1p-1022));
  CHECK_NEAR(log_share<DoubleOps>(0.0), -708.3964185322641, 1e-12);
}

void test_kl_score() {
  CHECK_EQ(kl_score<DoubleOps>(-0.5, -1.25), 0.75);
  CHECK(!std::signbit(kl_score<DoubleOps>(-1.0, -1.0)));
  CHECK_EQ(kl_score<DoubleOps>(-1.0, -1.0 + 1e-16), 0.0);
  CHECK_EQ(kl_score<DoubleOps>(NAN, -1.0), 0.0);
}

void test_x_log_x() {
  for (double d = 1e-45; d < 1.001; d *= 1.0003) {
    const auto p = static_cast<float>(d);
    if (p == 0) continue;
    CHECK_NEAR(x_log_x<Ops>(p), static_cast<double>(p) * std::log(static_cast<double>(p)), 1e-7);
  }
  CHECK_EQ(x_log_x<Ops>(0.0f), 0.0f);
  CHECK_EQ(x_log_x<Ops>(1.0f), 0.0f);
}

void test_fixed_point() {
  CHECK_EQ(static_cast<uint32_t>(biased_probability_units<Ops>(0.0f, 1.0f)), kProbabilityBias);
  CHECK_EQ(static_cast<uint32_t>(biased_probability_units<Ops>(1.0f, 1.0f)) - kProbabilityBias, 1u << 23);
  CHECK_EQ(static_cast<uint32_t>(biased_probability_units<Ops>(0.5f, 0.5f)) - kProbabilityBias, 1u << 21);
  CHECK_EQ(signal_units<Ops>(1.0f), 1 << 24);
  CHECK_EQ(signal_units<Ops>(93.8f) > 0, true);
  CHECK_EQ(mean_of_units(3u << 23, kSignalUnit, 3), 0.5f);
}

}  // namespace

int main() {
  test_exp();
  test_log();
  test_log_double();
  test_kl_score();
  test_x_log_x();
  test_fixed_point();
  return assay_test::finish();
}
