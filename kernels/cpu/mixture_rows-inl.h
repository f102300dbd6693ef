// Adds one vector of pixels to a context mixture. Included once per instruction set.
#if defined(ASSAY_CPU_MIXTURE_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_CPU_MIXTURE_ROWS_INL_H
#undef ASSAY_CPU_MIXTURE_ROWS_INL_H
#else
#define ASSAY_CPU_MIXTURE_ROWS_INL_H
#endif

#include "cpu/mixture_rows.h"
#include "cpu/vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// Below this many pixels of a class in a vector, adding them one by one is faster than a vector of mostly zeros.
constexpr size_t kFewPixels = 6;
// How many of a vector's classes are looked at for that.
constexpr int kTries = 3;

// Adds 32-bit units to a column of 64-bit lanes: the even ones to the first half, the odd ones to the second.
HWY_INLINE void add_to_lanes(VectorOps::I units, uint64_t* HWY_RESTRICT lanes) {
#if HWY_TARGET == HWY_SCALAR
  *lanes += static_cast<uint32_t>(hn::GetLane(units));
#else
  const hn::Repartition<uint64_t, VectorOps::D> d64;
  const auto pairs = hn::BitCast(d64, units);
  uint64_t* const odd = lanes + hn::Lanes(d64);
  hn::Store(hn::Add(hn::Load(d64, lanes), hn::And(pairs, hn::Set(d64, 0xffffffffu))), d64, lanes);
  hn::Store(hn::Add(hn::Load(d64, odd), hn::ShiftRight<32>(pairs)), d64, odd);
#endif
}

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void transpose_columns(int32_t*, int64_t) {}

HWY_INLINE void add_pixel(const int32_t* HWY_RESTRICT units, int64_t, int64_t columns, uint64_t* HWY_RESTRICT total) {
  for (int64_t c = 0; c < columns; ++c) total[c] += static_cast<uint32_t>(units[c]);
}
#else
// Reorders vectors of one column each, a multiple of four, in place: four columns of pixel i are then neighbours,
// in vector i % 4 of their four, block i / 4.
HWY_INLINE void transpose_columns(int32_t* units, int64_t columns) {
  const VectorOps::DI di;
  const hn::Repartition<int64_t, VectorOps::D> d64;
  const auto lanes = static_cast<int64_t>(hn::Lanes(di));
  for (int64_t c = 0; c < columns; c += 4) {
    int32_t* const v = units + c * lanes;
    const auto v0 = hn::Load(di, v), v1 = hn::Load(di, v + lanes);
    const auto v2 = hn::Load(di, v + 2 * lanes), v3 = hn::Load(di, v + 3 * lanes);
    const auto low01 = hn::BitCast(d64, hn::InterleaveLower(di, v0, v1));
    const auto low23 = hn::BitCast(d64, hn::InterleaveLower(di, v2, v3));
    const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(di, v0, v1));
    const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(di, v2, v3));
    hn::Store(hn::BitCast(di, hn::InterleaveLower(d64, low01, low23)), di, v);
    hn::Store(hn::BitCast(di, hn::InterleaveUpper(d64, low01, low23)), di, v + lanes);
    hn::Store(hn::BitCast(di, hn::InterleaveLower(d64, high01, high23)), di, v + 2 * lanes);
    hn::Store(hn::BitCast(di, hn::InterleaveUpper(d64, high01, high23)), di, v + 3 * lanes);
  }
}

// Adds pixel i of transposed columns.
HWY_INLINE void add_pixel(const int32_t* HWY_RESTRICT units, int64_t i, int64_t columns, uint64_t* HWY_RESTRICT total) {
  const hn::CappedTag<uint64_t, 4> d64;
  const hn::Rebind<uint32_t, decltype(d64)> d32;
  const auto step = static_cast<int64_t>(hn::Lanes(d64));
  const int64_t lanes = static_cast<int64_t>(hn::Lanes(VectorOps::D()));
  const auto* from = reinterpret_cast<const uint32_t*>(units + i % 4 * lanes + i / 4 * 4);
  for (int64_t c = 0; c < columns; c += 4, from += 4 * lanes) {
    for (int64_t k = 0; k < 4; k += step) {
      const auto more = hn::PromoteTo(d64, hn::LoadU(d32, from + k));
      hn::StoreU(hn::Add(hn::LoadU(d64, total + c + k), more), d64, total + c + k);
    }
  }
}
#endif

// A vector of pixels on its way into a mixture.
class MixtureStep {
 public:
  using Ops = VectorOps;
  using F = Ops::F;
  using M = Ops::M;

  // values[c * lanes] is class c of the pixels, whose argmaxes are `labels`; `units` is scratch of
  // MixtureRows::columns_for(classes) vectors.
  HWY_INLINE MixtureStep(const float* values, const uint8_t* labels, const PixelSignals<Ops>& signals, int32_t* units)
      : values_(values), labels_(labels), signals_(signals), units_(units) {}

  // Adds the pixels `in`.
  HWY_INLINE void add(const MixtureRows& rows, M in) const {
    in = hn::AndNot(signals_.bad, in);
    if (hn::AllFalse(D(), in)) return;
    const uint8_t label = labels_[hn::FindFirstTrue(D(), in)];
    const M mine = pixels_of(label, in);
    const M others = hn::AndNot(mine, in);
    if (hn::AllFalse(D(), others)) {
      add_uniform(rows, label, in);
    } else {
      add_mixed(rows, in);
    }
  }

 private:
  using D = Ops::D;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(D()));

  HWY_INLINE M pixels_of(uint8_t label, M in) const {
    return hn::And(in, hn::Eq(signals_.index, Ops::set(static_cast<float>(label))));
  }

  HWY_INLINE Ops::I units_of(int64_t c, F factor) const {
    return mixture_units<Ops>(hn::Load(D(), values_ + c * kLanes), factor);
  }

  // What is not in `in` may be NaN: it is left out, not multiplied by 0.
  HWY_INLINE void add_uniform(const MixtureRows& rows, uint8_t label, M in) const {
    const F weight = mixture_weight<Ops>(signals_.entropy);
    const F factor = Ops::mul(signals_.scale, weight);
    const auto taken = hn::RebindMask(typename Ops::DI(), in);
    uint64_t* const lanes = rows.open(label);
    for (int64_t c = 0; c < rows.classes; ++c) {
      add_to_lanes(hn::IfThenElseZero(taken, units_of(c, factor)), lanes + c * MixtureRows::kLanes);
    }
    add_to_lanes(hn::IfThenElseZero(taken, Ops::nearest(weight)), lanes + rows.classes * MixtureRows::kLanes);
  }

  // Class by class: as a vector where the class has many of the pixels, then the rest one by one.
  HWY_INLINE void add_mixed(const MixtureRows& rows, M in) const {
    const typename Ops::DI di;
    const F weight = mixture_weight<Ops>(signals_.entropy);
    const F factor = Ops::mul(signals_.scale, weight);
    const int64_t columns = MixtureRows::columns_for(rows.classes);
    for (int64_t c = 0; c < rows.classes; ++c) hn::Store(units_of(c, factor), di, units_ + c * kLanes);
    hn::Store(Ops::nearest(weight), di, units_ + rows.classes * kLanes);
    for (int64_t c = rows.classes + 1; c < columns; ++c) hn::Store(hn::Zero(di), di, units_ + c * kLanes);
    M rest = in;
    for (int i = 0; i < kTries && !hn::AllFalse(D(), in); ++i) {
      const uint8_t label = labels_[hn::FindFirstTrue(D(), in)];
      const M mine = pixels_of(label, in);
      in = hn::AndNot(mine, in);
      if (hn::CountTrue(D(), mine) < kFewPixels) continue;
      rest = hn::AndNot(mine, rest);
      uint64_t* const lanes = rows.open(label);
      const auto of_class = hn::RebindMask(di, mine);
      for (int64_t c = 0; c <= rows.classes; ++c) {
        add_to_lanes(hn::IfThenElseZero(of_class, hn::Load(di, units_ + c * kLanes)), lanes + c * MixtureRows::kLanes);
      }
    }
    transpose_columns(units_, columns);
    uint8_t bits[8] = {};
    hn::StoreMaskBits(D(), rest, bits);
    for (uint32_t left = bits[0] | static_cast<uint32_t>(bits[1]) << 8; left != 0; left &= left - 1) {
      const int64_t i = __builtin_ctz(left);
      add_pixel(units_, i, columns, rows.total(labels_[i]));
    }
  }

  const float* values_;
  const uint8_t* labels_;
  const PixelSignals<Ops>& signals_;
  int32_t* units_;
};

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
