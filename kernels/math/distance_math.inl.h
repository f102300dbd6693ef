// The arithmetic of squared_distances, context_distance and k_center: one sequence of IEEE fp32 operations for every
// back end. Text to be included after math/score_math.inl.h, under its rules.
//
// A distance is a sum of terms, each at least 0, over 32 lanes: lane l adds the elements l mod 32 in ascending order,
// then lane l takes in lane l + 16, l + 8, l + 4, l + 2 and l + 1. Rounding is monotone, so a sum over fewer elements
// is never larger: a partial sum that has reached a bound settles that the whole one has.

template <class Ops>
ASSAY_MATH typename Ops::F add_squared_difference(typename Ops::F sum, typename Ops::F a, typename Ops::F b) {
  const auto difference = Ops::sub(a, b);
  return Ops::fma(difference, difference, sum);
}

// An entry of a class mixture as distances read it: floored, and its logarithm. NaN stays.
template <class Ops>
struct MixtureEntry {
  typename Ops::F p, log_p;
};

template <class Ops>
ASSAY_MATH MixtureEntry<Ops> mixture_entry(typename Ops::F p) {
  const auto floored = Ops::clamp_low(p, Ops::set(kMixtureFloor));
  return {floored, log_positive<Ops>(floored)};
}

// (a - b) (ln a - ln b), at least 0: neither the last bit of a logarithm nor an absent class makes it negative. An
// absent class has entries of kAbsentEntry, so its product is negative against any other class and 0 against its like.
template <class Ops>
ASSAY_MATH typename Ops::F add_context_term(typename Ops::F sum, const MixtureEntry<Ops>& a,
                                            const MixtureEntry<Ops>& b) {
  const auto term = Ops::mul(Ops::sub(a.p, b.p), Ops::sub(a.log_p, b.log_p));
  return Ops::add(sum, Ops::clamp_low(term, Ops::set(0.0f)));
}

// A distance from the sum of its terms over `common` common classes.
template <class Ops>
ASSAY_MATH typename Ops::F context_value(typename Ops::F sum, int32_t common, bool mean_over_common) {
  if (common == 0) return Ops::set(0.0f);
  const auto half = Ops::mul(sum, Ops::set(0.5f));
  return mean_over_common ? Ops::div(half, Ops::set(static_cast<float>(common))) : half;
}
