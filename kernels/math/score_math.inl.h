// The arithmetic of pixel_signals, region_signals, context_mixture and cross_entropy: one sequence of IEEE fp32 operations for every
// back end.
//
// Text to be included inside a namespace, once per instruction set: the CUDA bodies and the tests include it through
// math/scalar_ops.h with one float per thread, the CPU twins through cpu/vector_ops-inl.h with one vector register.
// Both are built without contraction, so fma happens where it is written and nowhere else, and all give the same bits.
//
// Ops supplies: F (floats), I (32-bit integers), M (mask), the constants set(float) and set_int(int32_t), and
//   add sub mul div fma(a, b, c) = a b + c, negated_fma(a, b, c) = c - a b     each rounded once
//   max min          either operand when one is NaN
//   clamp_low(x, lo) max that keeps a NaN x
//   less equal is_nan or_mask select(mask, yes, no)
//   bits from_bits add_int sub_int shift_left_23 shift_right_23 (arithmetic) to_float(I)
//   nearest(F)       nearest integer, ties to even
// ASSAY_MATH is the function prefix (inline, attributes).

// exp(d) for d <= 0. Exactly 1 at 0. d must have passed clamp_exponent; any value for NaN: callers look at d.
// Relative error 2e-7 + 2e-8 |d|. 2^n times a degree-5 polynomial in the fraction, |fraction| <= 1/2.
template <class Ops>
ASSAY_MATH typename Ops::F exp_nonpositive(typename Ops::F d) {
  using F = typename Ops::F;
  const F log2_e = Ops::set(1.44269502162933349609375f);
  // 1.5 * 2^23: adding it rounds to an integer and leaves that integer in the low mantissa bits.
  const F shifter = Ops::set(12582912.0f);
  const F shifted = Ops::fma(d, log2_e, shifter);
  const F fraction = Ops::fma(d, log2_e, Ops::sub(shifter, shifted));
  F p = Ops::set(kExp2C5);
  p = Ops::fma(p, fraction, Ops::set(kExp2C4));
  p = Ops::fma(p, fraction, Ops::set(kExp2C3));
  p = Ops::fma(p, fraction, Ops::set(kExp2C2));
  p = Ops::fma(p, fraction, Ops::set(kExp2C1));
  p = Ops::fma(p, fraction, Ops::set(1.0f));
  return Ops::from_bits(Ops::add_int(Ops::bits(p), Ops::shift_left_23(Ops::bits(shifted))));
}

// Where exp_nonpositive is to be evaluated: at least -87, where it is 1.6e-38, still a normal number. NaN is kept.
template <class Ops>
ASSAY_MATH typename Ops::F clamp_exponent(typename Ops::F d) {
  return Ops::clamp_low(d, Ops::set(-87.0f));
}

// ln(x) for normal positive x. Absolute error 1e-7 max(1, |ln x|), relative error 2e-7 near 1; exactly 0 at 1.
// x = 2^e m with m in [sqrt(1/2), sqrt(2)); polynomial of Cephes' logf (Moshier) in m - 1.
template <class Ops>
ASSAY_MATH typename Ops::F log_positive(typename Ops::F x) {
  using F = typename Ops::F;
  using I = typename Ops::I;
  const I half_root = Ops::set_int(0x3f3504f3);
  const I exponent = Ops::shift_right_23(Ops::sub_int(Ops::bits(x), half_root));
  const F m = Ops::from_bits(Ops::sub_int(Ops::bits(x), Ops::shift_left_23(exponent)));
  const F f = Ops::sub(m, Ops::set(1.0f));
  F p = Ops::set(7.0376836292e-2f);
  p = Ops::fma(p, f, Ops::set(-1.1514610310e-1f));
  p = Ops::fma(p, f, Ops::set(1.1676998740e-1f));
  p = Ops::fma(p, f, Ops::set(-1.2420140846e-1f));
  p = Ops::fma(p, f, Ops::set(1.4249322787e-1f));
  p = Ops::fma(p, f, Ops::set(-1.6668057665e-1f));
  p = Ops::fma(p, f, Ops::set(2.0000714765e-1f));
  p = Ops::fma(p, f, Ops::set(-2.4999993993e-1f));
  p = Ops::fma(p, f, Ops::set(3.3333331174e-1f));
  const F squared = Ops::mul(f, f);
  p = Ops::fma(p, f, Ops::set(-0.5f));
  p = Ops::fma(p, squared, f);
  return Ops::fma(Ops::to_float(exponent), Ops::set(0.693147180559945309417f), p);
}

// p ln p for p >= 0, 0 where p is 0 or not worth a normal number.
template <class Ops>
ASSAY_MATH typename Ops::F x_log_x(typename Ops::F p) {
  const auto tiny = Ops::less(p, Ops::set(1e-37f));
  return Ops::select(tiny, Ops::set(0.0f), Ops::mul(p, log_positive<Ops>(p)));
}

// The two largest scores so far and the index (as a float) of the first of the largest.
template <class Ops>
struct TopTwo {
  typename Ops::F first, second, index;
};

// `floor` is below every score (or equal to the lowest): -infinity for logits, 0 for the second of probabilities.
template <class Ops>
ASSAY_MATH TopTwo<Ops> top_two_start(float second) {
  return {Ops::set(-__builtin_inff()), Ops::set(second), Ops::set(0.0f)};
}

template <class Ops>
ASSAY_MATH void top_two_add(TopTwo<Ops>& top, typename Ops::F x, typename Ops::F index) {
  top.index = Ops::select(Ops::less(top.first, x), index, top.index);
  top.second = Ops::max(top.second, Ops::min(top.first, x));
  top.first = Ops::max(top.first, x);
}

// s = sum e and t = sum d e over classes in ascending order, d = x - max x, e = exp(d).
template <class Ops>
struct ExpSums {
  typename Ops::F s, t;
};

// Adds one class and returns its e. t becomes NaN when x is NaN or x and the maximum are infinite alike.
template <class Ops>
ASSAY_MATH typename Ops::F exp_sums_add(ExpSums<Ops>& sums, typename Ops::F x, typename Ops::F first) {
  const auto d = clamp_exponent<Ops>(Ops::sub(x, first));
  const auto e = exp_nonpositive<Ops>(d);
  sums.s = Ops::add(sums.s, e);
  sums.t = Ops::fma(d, e, sums.t);
  return e;
}

// What a pixel's scores say. `scale` turns what exp_sums_add returned (logits) or a score (probabilities) into a
// probability. A pixel without a distribution (`bad`) has 0 everywhere and index 255.
template <class Ops>
struct PixelSignals {
  typename Ops::F entropy, index, max_probability, margin, least_confidence, scale;
  typename Ops::M bad;
};

template <class Ops>
ASSAY_MATH PixelSignals<Ops> clear_bad_pixels(PixelSignals<Ops> p) {
  const auto zero = Ops::set(0.0f);
  p.entropy = Ops::select(p.bad, zero, p.entropy);
  p.index = Ops::select(p.bad, Ops::set(255.0f), p.index);
  p.max_probability = Ops::select(p.bad, zero, p.max_probability);
  p.margin = Ops::select(p.bad, zero, p.margin);
  p.least_confidence = Ops::select(p.bad, zero, p.least_confidence);
  p.scale = Ops::select(p.bad, zero, p.scale);
  return p;
}

template <class Ops>
ASSAY_MATH PixelSignals<Ops> signals_of_logits(const TopTwo<Ops>& top, const ExpSums<Ops>& sums) {
  const auto one = Ops::set(1.0f);
  const auto zero = Ops::set(0.0f);
  PixelSignals<Ops> p;
  p.bad = Ops::is_nan(sums.t);
  p.index = top.index;
  p.scale = Ops::div(one, sums.s);
  p.max_probability = p.scale;
  p.least_confidence = Ops::mul(Ops::sub(sums.s, one), p.scale);
  const auto runner_up = exp_nonpositive<Ops>(clamp_exponent<Ops>(Ops::sub(top.second, top.first)));
  p.margin = Ops::mul(Ops::sub(one, runner_up), p.scale);
  const auto entropy = Ops::negated_fma(sums.t, p.scale, log_positive<Ops>(sums.s));
  // What the clamped exponents leave over is no entropy: one class with all the mass gives exactly 0.
  p.entropy = Ops::select(Ops::less(entropy, Ops::set(1e-30f)), zero, entropy);
  return clear_bad_pixels<Ops>(p);
}

// Is one score no probability: NaN or outside [0, 1 + 2^-10]?
template <class Ops>
ASSAY_MATH typename Ops::M is_no_probability(typename Ops::F p) {
  const auto outside = Ops::or_mask(Ops::less(p, Ops::set(0.0f)), Ops::less(Ops::set(1.0009765625f), p));
  return Ops::or_mask(outside, Ops::is_nan(p));
}

// sum_x_log_x = sum of x_log_x(p) over classes in ascending order; bad = any is_no_probability.
template <class Ops>
ASSAY_MATH PixelSignals<Ops> signals_of_probabilities(const TopTwo<Ops>& top, typename Ops::F sum_x_log_x,
                                                      typename Ops::M bad) {
  const auto one = Ops::set(1.0f);
  const auto zero = Ops::set(0.0f);
  PixelSignals<Ops> p;
  p.bad = bad;
  p.index = top.index;
  p.scale = one;
  p.max_probability = top.first;
  p.least_confidence = Ops::max(zero, Ops::sub(one, top.first));
  p.margin = Ops::sub(top.first, top.second);
  p.entropy = Ops::max(zero, Ops::sub(zero, sum_x_log_x));
  return clear_bad_pixels<Ops>(p);
}

// Fixed point, so that sums are exact and free of any order. A probability in units of 2^-23, plus kProbabilityBias:
// the bits of 1 + p. Sums wrap modulo 2^32 and lose n * kProbabilityBias at the end. value * scale <= 1: e and
// 1 / s for logits, the score clamped to 1 and 1 for probabilities.
template <class Ops>
ASSAY_MATH typename Ops::I biased_probability_units(typename Ops::F value, typename Ops::F scale) {
  return Ops::bits(Ops::fma(value, scale, Ops::set(1.0f)));
}

// Entropy (at most 94 nats), margin and least confidence in units of 2^-24.
template <class Ops>
ASSAY_MATH typename Ops::I signal_units(typename Ops::F value) {
  return Ops::nearest(Ops::mul(value, Ops::set(16777216.0f)));
}

// Weight of a pixel in a context mixture, its entropy in bits, in units of 2^-28, before rounding. 8 bits, more than 255
// classes can have, bounds scores that do not sum to 1.
template <class Ops>
ASSAY_MATH typename Ops::F mixture_weight(typename Ops::F entropy) {
  const auto bits = Ops::min(Ops::mul(entropy, Ops::set(1.44269502162933349609375f)), Ops::set(7.999f));
  return Ops::mul(bits, Ops::set(268435456.0f));
}

// Weight times probability in units of 2^-28, below 2^31; factor = scale * mixture_weight, value as in
// biased_probability_units.
template <class Ops>
ASSAY_MATH typename Ops::I mixture_units(typename Ops::F value, typename Ops::F factor) {
  return Ops::nearest(Ops::mul(value, factor));
}
