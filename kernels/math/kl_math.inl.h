// The arithmetic of kl_histogram: one sequence of IEEE double operations for every back end.
//
// Text to be included inside a namespace, once per instruction set, like math/score_math.inl.h and under its rules.
// Ops supplies: F (doubles), I (64-bit integers), the constants set(double) and set_int(int64_t), and
//   add sub mul div fma(a, b, c) = a b + c     each rounded once
//   max min floor less select(mask, yes, no)
//   bits from_bits sub_int shift_left_52 shift_right_52 (arithmetic) to_double(I), exact below 2^31
// ASSAY_MATH is the function prefix (inline, attributes).

// ln(x) for normal positive x; exactly 0 at 1. Error below 1 ulp. No fma, so that machines without one agree.
// FreeBSD's e_log.c (Sun Microsystems, 1993): x = 2^e m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f),
// ln m = f - (f^2/2 - s (f^2/2 + R(s^2))) with |R - series| < 2^-58.45; e ln 2 in two parts, the first exact.
template <class Ops>
ASSAY_MATH typename Ops::F log_double(typename Ops::F x) {
  using F = typename Ops::F;
  using I = typename Ops::I;
  const I half_root = Ops::set_int(0x3fe6a09e667f3bcd);
  const I exponent = Ops::shift_right_52(Ops::sub_int(Ops::bits(x), half_root));
  const F m = Ops::from_bits(Ops::sub_int(Ops::bits(x), Ops::shift_left_52(exponent)));
  const F e = Ops::to_double(exponent);
  const F f = Ops::sub(m, Ops::set(1.0));
  const F s = Ops::div(f, Ops::add(Ops::set(2.0), f));
  const F z = Ops::mul(s, s);
  const F w = Ops::mul(z, z);
  F even = Ops::add(Ops::mul(w, Ops::set(1.531383769920937332e-01)), Ops::set(2.222219843214978396e-01));
  even = Ops::add(Ops::mul(w, even), Ops::set(3.999999999940941908e-01));
  F odd = Ops::add(Ops::mul(w, Ops::set(1.479819860511658591e-01)), Ops::set(1.818357216161805012e-01));
  odd = Ops::add(Ops::mul(w, odd), Ops::set(2.857142874366239149e-01));
  odd = Ops::add(Ops::mul(w, odd), Ops::set(6.666666666666735130e-01));
  const F r = Ops::add(Ops::mul(z, odd), Ops::mul(w, even));
  const F half_square = Ops::mul(Ops::set(0.5), Ops::mul(f, f));
  const F low = Ops::add(Ops::mul(s, Ops::add(half_square, r)), Ops::mul(e, Ops::set(1.90821492927058770002e-10)));
  const F high = Ops::mul(e, Ops::set(6.93147180369123816490e-01));
  return Ops::sub(high, Ops::sub(Ops::sub(half_square, low), f));
}

// ln of a share in [0, 1]. A share below the smallest normal number counts as that number, -708.4: a class that the
// reference lacks then costs much instead of everything, and 0 ln 0 is 0.
template <class Ops>
ASSAY_MATH typename Ops::F log_share(typename Ops::F share) {
  return log_double<Ops>(Ops::max(share, Ops::set(2.2250738585072014e-308)));
}

// KL from sum p ln p and sum p ln q. What rounding leaves below 0 is 0; so is NaN.
template <class Ops>
ASSAY_MATH typename Ops::F kl_score(typename Ops::F sum_p_log_p, typename Ops::F sum_p_log_q) {
  const auto kl = Ops::sub(sum_p_log_p, sum_p_log_q);
  const auto zero = Ops::set(0.0);
  return Ops::select(Ops::less(zero, kl), kl, zero);
}

// 32 bins over [lo, hi] as numpy.histogram makes them: bin i is [edge i, edge i + 1), the last one closed, edge i =
// i * ((hi - lo) / 32) + lo with two roundings, edge 32 = hi.
template <class Ops>
struct HistogramRange {
  typename Ops::F lo, hi, width, bins_per_unit;
  typename Ops::F flat;  // 1 when all scores count as equal, else 0
};

// Scores that differ by rounding alone must not end up in bins 0 and 31: they all go to bin 16.
template <class Ops>
ASSAY_MATH HistogramRange<Ops> histogram_range(typename Ops::F lo, typename Ops::F hi) {
  const auto one = Ops::set(1.0);
  const auto zero = Ops::set(0.0);
  HistogramRange<Ops> range;
  range.lo = lo;
  range.hi = hi;
  const auto length = Ops::sub(hi, lo);
  const auto magnitude = Ops::max(hi, Ops::sub(zero, hi));
  const auto least = Ops::mul(Ops::set(1e-9), Ops::max(one, magnitude));
  range.flat = Ops::select(Ops::less(least, length), zero, one);
  range.width = Ops::mul(length, Ops::set(1.0 / 32));
  range.bins_per_unit = Ops::select(Ops::less(least, length), Ops::div(Ops::set(32.0), length), zero);
  return range;
}

// The bin, 0 to 31, of a score in [lo, hi]. The quotient finds it but for one, the edges decide.
template <class Ops>
ASSAY_MATH typename Ops::F histogram_bin(const HistogramRange<Ops>& range, typename Ops::F score) {
  const auto one = Ops::set(1.0);
  const auto zero = Ops::set(0.0);
  const auto last = Ops::set(31.0);
  auto bin = Ops::floor(Ops::mul(Ops::sub(score, range.lo), range.bins_per_unit));
  bin = Ops::min(Ops::max(bin, zero), last);
  const auto below = Ops::less(score, Ops::add(Ops::mul(bin, range.width), range.lo));
  bin = Ops::select(below, Ops::sub(bin, one), bin);
  const auto next = Ops::add(bin, one);
  const auto within = Ops::less(score, Ops::add(Ops::mul(next, range.width), range.lo));
  bin = Ops::select(within, bin, Ops::min(next, last));
  return Ops::select(Ops::less(zero, range.flat), Ops::set(16.0), bin);
}
