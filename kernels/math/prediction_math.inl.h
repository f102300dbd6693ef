// The arithmetic of bald and flip_consistency, on top of score_math.inl.h and under its rules: several predictions of
// one pixel, compared.

// The largest score of a pixel and its first class. A NaN score may win or lose here: exp_sums_add finds it.
template <class Ops>
struct Largest {
  typename Ops::F score, index;
};

template <class Ops>
ASSAY_MATH Largest<Ops> largest_start() {
  return {Ops::set(-__builtin_inff()), Ops::set(0.0f)};
}

template <class Ops>
ASSAY_MATH void largest_add(Largest<Ops>& largest, typename Ops::F x, typename Ops::F index) {
  largest.index = Ops::select(Ops::less(largest.score, x), index, largest.index);
  largest.score = Ops::max(largest.score, x);
}

// What a pass adds to entropy_sum: NaN, which stays, when it gives the pixel no distribution.
template <class Ops>
ASSAY_MATH typename Ops::F entropy_of_pass(const PixelSignals<Ops>& pass) {
  return Ops::select(pass.bad, Ops::set(__builtin_nanf("")), pass.entropy);
}

// The signals of one pass from what its scores gave; top_two's second largest matters to nobody here.
template <class Ops>
ASSAY_MATH PixelSignals<Ops> pass_of_logits(const Largest<Ops>& largest, const ExpSums<Ops>& sums) {
  return signals_of_logits<Ops>({largest.score, largest.score, largest.index}, sums);
}
template <class Ops>
ASSAY_MATH PixelSignals<Ops> pass_of_probabilities(const Largest<Ops>& largest, typename Ops::F sum_x_log_x,
                                                   typename Ops::M bad) {
  return signals_of_probabilities<Ops>({largest.score, largest.score, largest.index}, sum_x_log_x, bad);
}

// Sums of a finished call as they are stored: those of a pixel without a distribution are always the same.
template <class Ops>
ASSAY_MATH typename Ops::F stored_probability_sum(typename Ops::F sum, typename Ops::F entropy_sum) {
  return Ops::select(Ops::is_nan(entropy_sum), Ops::set(0.0f), sum);
}
template <class Ops>
ASSAY_MATH typename Ops::F stored_entropy_sum(typename Ops::F entropy_sum) {
  return Ops::select(Ops::is_nan(entropy_sum), Ops::set(__builtin_nanf("")), entropy_sum);
}

// sum p ln p over classes in ascending order with Kahan's correction: over 150 like classes a plain sum is off by 1e-5.
template <class Ops>
struct EntropySum {
  typename Ops::F sum, correction;
};

template <class Ops>
ASSAY_MATH void entropy_sum_add(EntropySum<Ops>& entropy, typename Ops::F p) {
  const auto term = Ops::sub(x_log_x<Ops>(p), entropy.correction);
  const auto sum = Ops::add(entropy.sum, term);
  entropy.correction = Ops::sub(Ops::sub(sum, entropy.sum), term);
  entropy.sum = sum;
}

template <class Ops>
ASSAY_MATH typename Ops::F entropy_of_sum(const EntropySum<Ops>& entropy) {
  const auto zero = Ops::set(0.0f);
  return Ops::max(zero, Ops::sub(zero, entropy.sum));
}

// The mean distribution of T passes, class by class in ascending order.
template <class Ops>
struct MeanDistribution {
  Largest<Ops> largest;
  EntropySum<Ops> entropy;
};

template <class Ops>
ASSAY_MATH MeanDistribution<Ops> mean_distribution_start() {
  return {largest_start<Ops>(), {Ops::set(0.0f), Ops::set(0.0f)}};
}

template <class Ops>
ASSAY_MATH void mean_distribution_add(MeanDistribution<Ops>& mean, typename Ops::F probability_sum,
                                      typename Ops::F one_over_passes, typename Ops::F index) {
  largest_add<Ops>(mean.largest, probability_sum, index);
  entropy_sum_add<Ops>(mean.entropy, Ops::mul(probability_sum, one_over_passes));
}

// What the passes say about a pixel; 0 everywhere and index 255 where there is no distribution.
template <class Ops>
struct Information {
  typename Ops::F mutual_information, predictive_entropy, expected_entropy, index;
};

template <class Ops>
ASSAY_MATH Information<Ops> information_of(const MeanDistribution<Ops>& mean, typename Ops::F entropy_sum,
                                           typename Ops::F one_over_passes) {
  const auto zero = Ops::set(0.0f);
  const auto bad = Ops::is_nan(entropy_sum);
  const auto predictive = entropy_of_sum<Ops>(mean.entropy);
  const auto expected = Ops::mul(entropy_sum, one_over_passes);
  return {Ops::select(bad, zero, Ops::max(zero, Ops::sub(predictive, expected))), Ops::select(bad, zero, predictive),
          Ops::select(bad, zero, expected), Ops::select(bad, Ops::set(255.0f), mean.largest.index)};
}

// One class of a distribution: its probability and the logarithm of that, floored at ln 1e-12.
template <class Ops>
struct LogProbability {
  typename Ops::F p, log_p;
};

// `d` = clamp_exponent(x - max x), `e` its exponential, `scale` = 1 / s, `log_sum` = ln s.
template <class Ops>
ASSAY_MATH LogProbability<Ops> log_probability_of_logit(typename Ops::F d, typename Ops::F e, typename Ops::F scale,
                                                        typename Ops::F log_sum) {
  return {Ops::mul(e, scale), Ops::max(Ops::set(-27.63102111592855f), Ops::sub(d, log_sum))};
}
template <class Ops>
ASSAY_MATH LogProbability<Ops> log_probability_of(typename Ops::F p) {
  return {p, log_positive<Ops>(Ops::max(Ops::set(1e-12f), p))};
}

// Two distributions compared class by class in ascending order.
template <class Ops>
struct DivergenceSums {
  typename Ops::F kl_both_ways;
  EntropySum<Ops> entropy_of_mean;
};

template <class Ops>
ASSAY_MATH DivergenceSums<Ops> divergence_start() {
  return {Ops::set(0.0f), {Ops::set(0.0f), Ops::set(0.0f)}};
}

template <class Ops>
ASSAY_MATH void divergence_add(DivergenceSums<Ops>& sums, const LogProbability<Ops>& p, const LogProbability<Ops>& q) {
  sums.kl_both_ways = Ops::fma(Ops::sub(p.p, q.p), Ops::sub(p.log_p, q.log_p), sums.kl_both_ways);
  entropy_sum_add<Ops>(sums.entropy_of_mean, Ops::mul(Ops::set(0.5f), Ops::add(p.p, q.p)));
}

// What two predictions of a pixel say; 0 everywhere and disagreement 255 where one of them is no distribution.
template <class Ops>
struct Divergence {
  typename Ops::F symmetric_kl, jensen_shannon, entropy_of_mean, entropy, entropy_flipped, disagreement;
};

template <class Ops>
ASSAY_MATH Divergence<Ops> divergence_of(const DivergenceSums<Ops>& sums, const PixelSignals<Ops>& p,
                                         const PixelSignals<Ops>& q) {
  const auto zero = Ops::set(0.0f);
  const auto half = Ops::set(0.5f);
  const auto bad = Ops::or_mask(p.bad, q.bad);
  const auto differs = Ops::or_mask(Ops::less(p.index, q.index), Ops::less(q.index, p.index));
  // 127 in units of 2^-24 still fits 32 bits.
  const auto kl = Ops::min(Ops::set(127.0f), Ops::mul(half, sums.kl_both_ways));
  const auto of_mean = entropy_of_sum<Ops>(sums.entropy_of_mean);
  const auto excess = Ops::sub(of_mean, Ops::mul(half, Ops::add(p.entropy, q.entropy)));
  Divergence<Ops> d;
  d.symmetric_kl = Ops::select(bad, zero, Ops::max(zero, kl));
  d.jensen_shannon = Ops::select(bad, zero, Ops::max(zero, excess));
  d.entropy_of_mean = Ops::select(bad, zero, of_mean);
  d.entropy = Ops::select(bad, zero, p.entropy);
  d.entropy_flipped = Ops::select(bad, zero, q.entropy);
  d.disagreement = Ops::select(bad, Ops::set(255.0f), Ops::select(differs, Ops::set(1.0f), zero));
  return d;
}
