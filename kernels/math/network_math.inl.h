// The arithmetic of elementwise: one sequence of IEEE fp32 operations for every back end, like math/score_math.inl.h,
// on whose exponential it is built. Ops supplies besides: and_int and shift_right_16 (logical).

// The upper half of a float, rounded to nearest, ties to even, in the low 16 bits; 0x7fff for NaN.
template <class Ops>
ASSAY_MATH typename Ops::I bf16_bits(typename Ops::F x) {
  const auto bits = Ops::bits(Ops::select(Ops::is_nan(x), Ops::from_bits(Ops::set_int(0x7fff0000)), x));
  const auto odd = Ops::and_int(Ops::shift_right_16(bits), Ops::set_int(1));
  // A NaN's low half is 0, so that nothing carries into its sign.
  const auto half = Ops::add_int(Ops::set_int(0x7fff), odd);
  return Ops::shift_right_16(Ops::add_int(bits, half));
}

template <class Ops>
ASSAY_MATH typename Ops::F positive_part(typename Ops::F x) {
  return Ops::clamp_low(x, Ops::set(0.0f));
}

// exp is taken of -|x|, so that it never overflows.
template <class Ops>
ASSAY_MATH typename Ops::F logistic(typename Ops::F x) {
  const auto one = Ops::set(1.0f);
  const auto negative = Ops::less(x, Ops::set(0.0f));
  const auto e = exp_nonpositive<Ops>(clamp_exponent<Ops>(Ops::min(x, Ops::sub(Ops::set(0.0f), x))));
  const auto y = Ops::div(Ops::select(negative, e, one), Ops::add(one, e));
  return Ops::select(Ops::is_nan(x), x, y);
}

// One struct per operation: apply(a, b, factor), and how many of a and b it looks at.
struct ReluFunction {
  static constexpr int kInputs = 1;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F, float) {
    return positive_part<Ops>(a);
  }
};
struct ReluBackwardFunction {
  static constexpr int kInputs = 2;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F b, float) {
    const auto zero = Ops::set(0.0f);
    return Ops::select(Ops::less(zero, a), b, zero);
  }
};
struct SigmoidFunction {
  static constexpr int kInputs = 1;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F, float) {
    return logistic<Ops>(a);
  }
};
struct SigmoidBackwardFunction {
  static constexpr int kInputs = 2;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F b, float) {
    return Ops::mul(b, Ops::mul(a, Ops::sub(Ops::set(1.0f), a)));
  }
};
struct AddFunction {
  static constexpr int kInputs = 2;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F b, float) {
    return Ops::add(a, b);
  }
};
struct AddReluFunction {
  static constexpr int kInputs = 2;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F b, float) {
    return positive_part<Ops>(Ops::add(a, b));
  }
};
struct MultiplyFunction {
  static constexpr int kInputs = 2;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F b, float factor) {
    return Ops::mul(Ops::mul(Ops::set(factor), a), b);
  }
};
struct CastFunction {
  static constexpr int kInputs = 1;
  template <class Ops>
  static ASSAY_MATH typename Ops::F apply(typename Ops::F a, typename Ops::F, float) {
    return a;
  }
};

// low + share (high - low): exactly low where share is 0 and the numbers are finite.
template <class Ops>
ASSAY_MATH typename Ops::F interpolate(typename Ops::F low, typename Ops::F high, typename Ops::F share) {
  return Ops::fma(share, Ops::sub(high, low), low);
}
