#include "cpu/score_rows.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/score_rows_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/mixture_rows-inl.h"
#include "cpu/vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = VectorOps;
using F = Ops::F;

constexpr Ops::D kFloats;
constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(kFloats));  // no scalable instruction sets

// Storage types of fp16 and bf16 scores.
struct Half {
  uint16_t bits;
};
struct Brain {
  uint16_t bits;
};

HWY_INLINE F load(const float* p) { return hn::LoadU(kFloats, p); }

HWY_INLINE F load(const Brain* p) {
  const hn::Rebind<uint16_t, Ops::D> d16;
  const hn::RebindToUnsigned<Ops::D> d32;
  const auto wide = hn::PromoteTo(d32, hn::LoadU(d16, reinterpret_cast<const uint16_t*>(p)));
  return hn::BitCast(kFloats, hn::ShiftLeft<16>(wide));
}

HWY_INLINE F load(const Half* p) {
  const hn::Rebind<uint16_t, Ops::D> d16;
  const auto half = hn::LoadU(d16, reinterpret_cast<const uint16_t*>(p));
#if HWY_TARGET == HWY_AVX2 || HWY_TARGET == HWY_AVX3
  const hn::Rebind<hwy::float16_t, Ops::D> df16;
  return hn::PromoteTo(kFloats, hn::BitCast(df16, half));
#else
  // The exponent is rebiased by an exact product, subnormals included; infinities and NaNs get theirs by hand.
  const hn::RebindToUnsigned<Ops::D> d32;
  const auto wide = hn::PromoteTo(d32, half);
  const auto magnitude = hn::And(wide, hn::Set(d32, 0x7fffu));
  const auto sign = hn::ShiftLeft<16>(hn::Xor(wide, magnitude));
  const auto scaled = hn::Mul(hn::BitCast(kFloats, hn::ShiftLeft<13>(magnitude)), hn::Set(kFloats, 0x1p112f));
  const auto special = hn::IfThenElseZero(hn::Gt(magnitude, hn::Set(d32, 0x7bffu)), hn::Set(d32, 0x7f800000u));
  return hn::BitCast(kFloats, hn::Or(hn::Or(hn::BitCast(d32, scaled), special), sign));
#endif
}

// Where a step's signals go: the segment's buffers, or a padded stand-in at the end of a row.
struct Outputs {
  float* entropy;
  uint8_t* argmax;
  float* max_probability;
  float* margin;
  float* least_confidence;
};

template <bool kConfidence>
HWY_INLINE void store(const PixelSignals<Ops>& p, const Outputs& out, int64_t at) {
  const hn::Rebind<uint8_t, Ops::D> d8;
  hn::StoreU(p.entropy, kFloats, out.entropy + at);
  hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(Ops::DI(), p.index)), d8, out.argmax + at);
  if constexpr (kConfidence) {
    hn::StoreU(p.max_probability, kFloats, out.max_probability + at);
    hn::StoreU(p.margin, kFloats, out.margin + at);
    hn::StoreU(p.least_confidence, kFloats, out.least_confidence + at);
  }
}

// A step is one vector of pixels. Its scores are read from memory once, into `values`, while the largest two are
// found; the arithmetic of the step before runs in between, so that the next step's cache misses are under way early:
// a step touches one cache line in each of many planes, which is more than caches keep and prefetchers follow.
template <typename T>
HWY_INLINE void gather_class(const T* scores, int64_t c, float* HWY_RESTRICT values, TopTwo<Ops>& top) {
  const F x = load(scores);
  hn::Store(x, kFloats, values + c * kLanes);
  top_two_add<Ops>(top, x, Ops::set(static_cast<float>(c)));
}

// Adds values[c] * scale to the lanes `in` of every class and 0 to the others.
HWY_INLINE void add_probabilities(const float* HWY_RESTRICT values, int64_t classes, const PixelSignals<Ops>& signals,
                                  Ops::M in, uint32_t* HWY_RESTRICT lanes) {
  const hn::RebindToUnsigned<Ops::D> du;
  const F scale = hn::IfThenElseZero(in, signals.scale);
  if (hn::AllFalse(kFloats, signals.bad)) {
    for (int64_t c = 0; c < classes; ++c) {
      const F value = hn::Load(kFloats, values + c * kLanes);
      const auto units = hn::BitCast(du, biased_probability_units<Ops>(value, scale));
      hn::Store(hn::Add(hn::Load(du, lanes + c * kMaxLanes), units), du, lanes + c * kMaxLanes);
    }
    return;
  }
  for (int64_t c = 0; c < classes; ++c) {
    // NaN times 0 is no 0.
    const F value = hn::IfThenZeroElse(signals.bad, hn::Load(kFloats, values + c * kLanes));
    const auto units = hn::BitCast(du, biased_probability_units<Ops>(value, scale));
    hn::Store(hn::Add(hn::Load(du, lanes + c * kMaxLanes), units), du, lanes + c * kMaxLanes);
  }
}

struct Logits {
  static constexpr float kSecondStart = -__builtin_inff();
  ExpSums<Ops> sums;

  HWY_INLINE void start() { sums = {Ops::set(0.0f), Ops::set(0.0f)}; }
  template <bool kValues>
  HWY_INLINE void add_class(float* at, const TopTwo<Ops>& top) {
    const F e = exp_sums_add<Ops>(sums, hn::Load(kFloats, at), top.first);
    if constexpr (kValues) hn::Store(e, kFloats, at);
  }
  HWY_INLINE PixelSignals<Ops> signals(const TopTwo<Ops>& top) const { return signals_of_logits<Ops>(top, sums); }
};

struct Probabilities {
  static constexpr float kSecondStart = 0.0f;
  F sum;
  Ops::M bad;

  HWY_INLINE void start() {
    sum = Ops::set(0.0f);
    bad = Ops::less(sum, sum);
  }
  template <bool kValues>
  HWY_INLINE void add_class(float* at, const TopTwo<Ops>&) {
    const F p = hn::Load(kFloats, at);
    if constexpr (kValues) hn::Store(Ops::min(p, Ops::set(1.0f)), kFloats, at);
    sum = Ops::add(sum, x_log_x<Ops>(p));
    bad = Ops::or_mask(bad, is_no_probability<Ops>(p));
  }
  HWY_INLINE PixelSignals<Ops> signals(const TopTwo<Ops>& top) const {
    return signals_of_probabilities<Ops>(top, sum, bad);
  }
};

// The regions of a row as its steps meet them, in ascending order of x.
class RegionCursor {
 public:
  // `units` is scratch of MixtureRows::columns_for(classes) vectors.
  RegionCursor(const RowSegment& segment, int64_t classes, int32_t* units)
      : lanes_(segment.probability_lanes),
        mixture_(segment.mixtures),
        units_(units),
        classes_(classes),
        pixels_(segment.pixels),
        region_pixels_(segment.region_pixels),
        end_(segment.region_pixels) {}

  // The step at x adds its probabilities and mixtures to the regions that it touches.
  HWY_INLINE void add_step(int64_t x, const float* values, const uint8_t* labels, const PixelSignals<Ops>& signals) {
    const int64_t step_end = x + kLanes < pixels_ ? x + kLanes : pixels_;
    int64_t begin = x;
    while (begin < step_end) {
      const int64_t end = end_ < step_end ? end_ : step_end;
      auto in = hn::FirstN(kFloats, static_cast<size_t>(end - x));
      if (begin > x) in = hn::AndNot(hn::FirstN(kFloats, static_cast<size_t>(begin - x)), in);
      if (lanes_ != nullptr) add_probabilities(values, classes_, signals, in, lanes_);
      if (mixture_ != nullptr) add_to_mixture(*mixture_, values, labels, signals, in, units_);
      if (end == end_) next_region();
      begin = end;
    }
  }

 private:
  HWY_INLINE void next_region() {
    if (lanes_ != nullptr) lanes_ += classes_ * kMaxLanes;
    if (mixture_ != nullptr) ++mixture_;
    end_ += region_pixels_;
  }

  uint32_t* lanes_;
  const MixtureRows* mixture_;
  int32_t* units_;
  int64_t classes_, pixels_, region_pixels_, end_;
};

// Bytes from a load to what it prefetches: hardware prefetchers do not follow as many planes as there are classes.
constexpr int64_t kAhead = 1024;

// `steps` whole steps from pixel x on, whose classes lie `stride` elements apart; consecutive steps are neighbours. A
// step is added to its regions after the next one's classes, when its signals, which end in a long chain of dependent
// operations, have long been there.
template <typename Loop, typename T>
HWY_INLINE void run_steps(const T* scores, int64_t stride, int64_t classes, int64_t steps, float* scratch,
                          const Outputs& out, int64_t x, RegionCursor& regions) {
  float* done_values = scratch;
  float* values = scratch + classes * kLanes;
  float* next_values = scratch + 2 * classes * kLanes;
  using Kind = typename Loop::Kind;
  TopTwo<Ops> top = top_two_start<Ops>(Kind::kSecondStart);
  PixelSignals<Ops> signals{};
  for (int64_t c = 0; c < classes; ++c) gather_class(scores + c * stride, c, values, top);
  for (int64_t i = 0; i < steps; ++i) {
    TopTwo<Ops> next_top = top_two_start<Ops>(Kind::kSecondStart);
    Kind kind;
    kind.start();
    if (i + 1 == steps) {
      for (int64_t c = 0; c < classes; ++c) kind.template add_class<Loop::kValues>(values + c * kLanes, top);
    } else {
      const T* next = scores + (i + 1) * kLanes;
      for (int64_t c = 0; c < classes; ++c) {
        __builtin_prefetch(reinterpret_cast<const char*>(next + c * stride) + kAhead);
        gather_class(next + c * stride, c, next_values, next_top);
        kind.template add_class<Loop::kValues>(values + c * kLanes, top);
      }
    }
    if constexpr (Loop::kValues) {
      const int64_t at = (i - 1) * kLanes;
      if (i > 0) regions.add_step(x + at, done_values, out.argmax + at, signals);
    }
    signals = kind.signals(top);
    store<Loop::kConfidence>(signals, out, i * kLanes);
    top = next_top;
    float* const free_values = done_values;
    done_values = values;
    values = next_values;
    next_values = free_values;
  }
  if constexpr (Loop::kValues) {
    const int64_t at = (steps - 1) * kLanes;
    regions.add_step(x + at, done_values, out.argmax + at, signals);
  }
}

// Copies `pixels` <= kLanes pixels into planes of kLanes elements; what lies beyond repeats the last pixel.
template <typename T>
HWY_INLINE void stage(const T* scores, const ScoreLayout& layout, int64_t pixels, T* HWY_RESTRICT planes) {
  for (int64_t i = 0; i < kLanes; ++i) {
    const T* pixel = scores + (i < pixels ? i : pixels - 1) * layout.stride_w;
    for (int64_t c = 0; c < layout.classes; ++c) planes[c * kLanes + i] = pixel[c * layout.stride_c];
  }
}

HWY_INLINE Outputs outputs_at(const RowSegment& s, int64_t x) {
  return {s.entropy + x, s.argmax + x, s.max_probability + x, s.margin + x, s.least_confidence + x};
}

// A step whose pixels are not contiguous or that ends the row: staged, computed in full, copied out in part.
template <typename Loop, typename T>
HWY_INLINE void staged_step(const ScoreLayout& layout, const RowSegment& segment, int64_t x, float* scratch, T* planes,
                            RegionCursor& regions) {
  HWY_ALIGN float floats[4][kLanes];
  HWY_ALIGN uint8_t bytes[kLanes];
  const int64_t left = segment.pixels - x;
  const int64_t pixels = left < kLanes ? left : kLanes;
  stage(static_cast<const T*>(segment.scores) + x * layout.stride_w, layout, pixels, planes);
  const Outputs out = outputs_at(segment, x);
  const bool whole = pixels == kLanes;
  const Outputs padded = whole ? out : Outputs{floats[0], bytes, floats[1], floats[2], floats[3]};
  run_steps<Loop>(planes, kLanes, layout.classes, 1, scratch, padded, x, regions);
  if (whole) return;
  const size_t size = static_cast<size_t>(pixels) * sizeof(float);
  std::memcpy(out.entropy, padded.entropy, size);
  std::memcpy(out.argmax, padded.argmax, static_cast<size_t>(pixels));
  if constexpr (Loop::kConfidence) {
    std::memcpy(out.max_probability, padded.max_probability, size);
    std::memcpy(out.margin, padded.margin, size);
    std::memcpy(out.least_confidence, padded.least_confidence, size);
  }
}

// A row loop is compiled for each kind of scores and each set of needs.
template <typename KindOfScores, bool kNeedsConfidence, bool kNeedsValues>
struct RowLoop {
  using Kind = KindOfScores;
  static constexpr bool kConfidence = kNeedsConfidence;
  static constexpr bool kValues = kNeedsValues;
};

template <typename Loop, typename T>
void run_row(const ScoreLayout& layout, const RowSegment& segment, void* scratch) {
  float* values = static_cast<float*>(scratch);
  T* planes = reinterpret_cast<T*>(values + 3 * layout.classes * kLanes);
  RegionCursor regions(segment, layout.classes, reinterpret_cast<int32_t*>(values + 4 * layout.classes * kLanes));
  const int64_t steps = layout.stride_w == 1 ? segment.pixels / kLanes : 0;
  if (steps > 0) {
    run_steps<Loop>(static_cast<const T*>(segment.scores), layout.stride_c, layout.classes, steps, values,
                    outputs_at(segment, 0), 0, regions);
  }
  for (int64_t x = steps * kLanes; x < segment.pixels; x += kLanes) {
    staged_step<Loop, T>(layout, segment, x, values, planes, regions);
  }
}

template <typename Loop>
RowFunction choose_dtype(int64_t dtype) {
  switch (dtype) {
    case ASSAY_F16:
      return run_row<Loop, Half>;
    case ASSAY_BF16:
      return run_row<Loop, Brain>;
    default:
      return run_row<Loop, float>;
  }
}

template <typename Kind>
RowFunction choose_loop(int64_t dtype, PixelNeeds needs) {
  if (needs.confidence) {
    return needs.values ? choose_dtype<RowLoop<Kind, true, true>>(dtype)
                        : choose_dtype<RowLoop<Kind, true, false>>(dtype);
  }
  return needs.values ? choose_dtype<RowLoop<Kind, false, true>>(dtype)
                      : choose_dtype<RowLoop<Kind, false, false>>(dtype);
}

RowFunction choose_row_function(int64_t dtype, int64_t input_kind, PixelNeeds needs) {
  return input_kind == ASSAY_LOGITS ? choose_loop<Logits>(dtype, needs) : choose_loop<Probabilities>(dtype, needs);
}

int64_t choose_row_lanes() { return kLanes; }

HWY_INLINE uint64_t units_of(float signal) {
  return static_cast<uint32_t>(static_cast<int32_t>(__builtin_nearbyintf(signal * 16777216.0f)));
}

// Plain loops: the compiler vectorises them for the instruction set at hand.
HWY_INLINE uint64_t sum_of_units(const float* HWY_RESTRICT signals, int64_t pixels) {
  uint64_t sum = 0;
  for (int64_t x = 0; x < pixels; ++x) sum += units_of(signals[x]);
  return sum;
}

HWY_INLINE void fold_columns(const float* HWY_RESTRICT entropy, int64_t pixels, uint64_t* HWY_RESTRICT units,
                             float* HWY_RESTRICT lowest, float* HWY_RESTRICT highest) {
  for (int64_t x = 0; x < pixels; ++x) {
    units[x] += units_of(entropy[x]);
    lowest[x] = entropy[x] < lowest[x] ? entropy[x] : lowest[x];
    highest[x] = entropy[x] > highest[x] ? entropy[x] : highest[x];
  }
}

// Neighbouring pixels mostly have one label.
HWY_INLINE void fold_classes(const float* HWY_RESTRICT signals, const uint8_t* HWY_RESTRICT labels, int64_t pixels,
                             uint64_t* HWY_RESTRICT sums) {
  constexpr int64_t kGroup = 8;
  int64_t x = 0;
  for (; x + kGroup <= pixels; x += kGroup) {
    uint64_t group;
    std::memcpy(&group, labels + x, sizeof group);
    if (group == labels[x] * 0x0101010101010101u) {
      sums[labels[x]] += sum_of_units(signals + x, kGroup);
    } else {
      for (int64_t i = x; i < x + kGroup; ++i) sums[labels[i]] += units_of(signals[i]);
    }
  }
  for (; x < pixels; ++x) sums[labels[x]] += units_of(signals[x]);
}

void fold_row(const RowSegment& row, const RegionSums& sums) {
  if (sums.column_units != nullptr) {
    fold_columns(row.entropy, row.pixels, sums.column_units, sums.column_min, sums.column_max);
  } else if (sums.entropy_units != nullptr) {
    *sums.entropy_units += sum_of_units(row.entropy, row.pixels);
  }
  if (sums.margin_units != nullptr) *sums.margin_units += sum_of_units(row.margin, row.pixels);
  if (sums.least_confidence_units != nullptr) {
    *sums.least_confidence_units += sum_of_units(row.least_confidence, row.pixels);
  }
  if (sums.entropy_by_class != nullptr) fold_classes(row.entropy, row.argmax, row.pixels, sums.entropy_by_class);
  if (sums.margin_by_class != nullptr) fold_classes(row.margin, row.argmax, row.pixels, sums.margin_by_class);
}

FoldFunction choose_fold_function() { return fold_row; }

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(choose_row_function);
HWY_EXPORT(choose_row_lanes);
HWY_EXPORT(choose_fold_function);

RowFunction row_function(int64_t dtype, int64_t input_kind, PixelNeeds needs) {
  return HWY_DYNAMIC_DISPATCH(choose_row_function)(dtype, input_kind, needs);
}
int64_t row_lanes() { return HWY_DYNAMIC_DISPATCH(choose_row_lanes)(); }
FoldFunction fold_function() { return HWY_DYNAMIC_DISPATCH(choose_fold_function)(); }

}  // namespace assay::cpu
#endif
