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

// The units of a vector of pixels, column by column of MixtureRows.
class MixtureUnits {
 public:
  using Ops = VectorOps;
  using F = Ops::F;
  using I = Ops::I;
  static constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(Ops::D()));

  // values[c * kLanes] is class c of the pixels.
  HWY_INLINE MixtureUnits(const MixtureRows& rows, const float* values, const PixelSignals<Ops>& signals)
      : rows_(rows),
        values_(values),
        signals_(signals),
        weight_(mixture_weight<Ops>(signals.entropy)),
        factor_(Ops::mul(signals.scale, weight_)) {}

  HWY_INLINE I of_class(int64_t c) const {
    return mixture_units<Ops>(hn::Load(Ops::D(), values_ + c * kLanes), factor_);
  }
  HWY_INLINE I of_column(int64_t c) const {
    if (c < rows_.classes) return of_class(c);
    if (c == rows_.weight_column()) return Ops::nearest(weight_);
    if (c == rows_.entropy_column()) return signal_units<Ops>(signals_.entropy);
    return c == rows_.margin_column() ? signal_units<Ops>(signals_.margin) : hn::Zero(Ops::DI());
  }

 private:
  const MixtureRows& rows_;
  const float* values_;
  const PixelSignals<Ops>& signals_;
  F weight_, factor_;
};

#if HWY_TARGET == HWY_SCALAR
// The same by pixel, in scratch of MixtureRows::columns_for(classes) vectors.
class MixturePixels {
 public:
  HWY_INLINE MixturePixels(const MixtureRows& rows, const MixtureUnits& units, int32_t* scratch)
      : end_(rows.columns()), units_(scratch) {
    for (int64_t c = 0; c < end_; ++c) units_[c] = hn::GetLane(units.of_column(c));
  }
  HWY_INLINE void add(int64_t, uint64_t* HWY_RESTRICT row) const { add_all(row); }
  HWY_INLINE void add_all(uint64_t* HWY_RESTRICT row) const {
    for (int64_t c = 0; c < end_; ++c) row[c] += static_cast<uint32_t>(units_[c]);
  }

 private:
  int64_t end_;
  int32_t* units_;
};
#else
struct FourVectors {
  VectorOps::I v0, v1, v2, v3;
};

// Of four columns: vector j then has in its block b the four columns of pixel 4 b + j.
HWY_INLINE FourVectors transpose_blocks(const FourVectors& columns) {
  const VectorOps::DI di;
  const hn::Repartition<int64_t, VectorOps::D> d64;
  const auto low01 = hn::BitCast(d64, hn::InterleaveLower(di, columns.v0, columns.v1));
  const auto low23 = hn::BitCast(d64, hn::InterleaveLower(di, columns.v2, columns.v3));
  const auto high01 = hn::BitCast(d64, hn::InterleaveUpper(di, columns.v0, columns.v1));
  const auto high23 = hn::BitCast(d64, hn::InterleaveUpper(di, columns.v2, columns.v3));
  return {hn::BitCast(di, hn::InterleaveLower(d64, low01, low23)),
          hn::BitCast(di, hn::InterleaveUpper(d64, low01, low23)),
          hn::BitCast(di, hn::InterleaveLower(d64, high01, high23)),
          hn::BitCast(di, hn::InterleaveUpper(d64, high01, high23))};
}

// The same by pixel, in scratch of MixtureRows::columns_for(classes) vectors: tiles of kLanes columns, which have one
// vector per pixel, while so many classes are left, then tiles of four.
class MixturePixels {
 public:
  HWY_INLINE MixturePixels(const MixtureRows& rows, const MixtureUnits& units, int32_t* scratch)
      : wide_(rows.classes / kLanes * kLanes), end_(rows.columns()), units_(scratch) {
    for (int64_t c = 0; c < wide_; c += kLanes) fill_wide(units, c);
    for (int64_t c = wide_; c < end_; c += 4) fill_narrow(units, c);
  }

  // Adds pixel i to a row.
  HWY_INLINE void add(int64_t i, uint64_t* HWY_RESTRICT row) const {
    for (int64_t c = 0; c < wide_; c += kLanes) add_wide(load_wide(c, i), row + c);
    for (int64_t c = wide_; c < end_; c += 4) {
      for (int64_t k = 0; k < 4; k += kNarrowLanes) add_narrow(load_narrow(c + k, i), row + c + k);
    }
  }

  // Adds all pixels to one row, two at a time: their units make 32 bits together.
  HWY_INLINE void add_all(uint64_t* HWY_RESTRICT row) const {
    for (int64_t c = 0; c < wide_; c += kLanes) {
      auto low = hn::Zero(kWide64), high = low;
      for (int64_t i = 0; i < kLanes; i += 2) {
        const auto pairs = hn::BitCast(kWide64, hn::Add(load_wide(c, i), load_wide(c, i + 1)));
        low = hn::Add(low, low_halves(pairs));
        high = hn::Add(high, hn::ShiftRight<32>(pairs));
      }
      add_to(low, kWide64, row + c);
      add_to(high, kWide64, row + c + kLanes / 2);
    }
    for (int64_t c = wide_; c < end_; c += 4) {
      for (int64_t k = 0; k < 4; k += kNarrowLanes) {
        auto sum = load_narrow(c + k, 0);
        for (int64_t i = 1; i < kLanes; ++i) sum = hn::Add(sum, load_narrow(c + k, i));
        add_narrow(sum, row + c + k);
      }
    }
  }

 private:
  using I = VectorOps::I;
  static constexpr VectorOps::DI kInts{};
  static constexpr hn::Repartition<uint64_t, VectorOps::D> kWide64{};
  static constexpr hn::CappedTag<uint64_t, 4> kNarrow64{};
  static constexpr int64_t kLanes = MixtureUnits::kLanes;
  static constexpr int64_t kNarrowLanes = static_cast<int64_t>(hn::MaxLanes(kNarrow64));

  // Columns change places in a tile, so that the even ones of a pixel's vector are the tile's first half.
  HWY_INLINE void fill_wide(const MixtureUnits& units, int64_t c) {
    const auto block = [&](int64_t at) {
      return transpose_blocks({units.of_class(c + at), units.of_class(c + at + kLanes / 2), units.of_class(c + at + 1),
                               units.of_class(c + at + 1 + kLanes / 2)});
    };
    if constexpr (kLanes == 16) {
      const FourVectors a = block(0), b = block(2), d = block(4), e = block(6);
      store_pixels(a.v0, b.v0, d.v0, e.v0, units_ + c * kLanes);
      store_pixels(a.v1, b.v1, d.v1, e.v1, units_ + (c + 1) * kLanes);
      store_pixels(a.v2, b.v2, d.v2, e.v2, units_ + (c + 2) * kLanes);
      store_pixels(a.v3, b.v3, d.v3, e.v3, units_ + (c + 3) * kLanes);
    } else if constexpr (kLanes == 8) {
      const FourVectors a = block(0), b = block(2);
      store_pixels(a.v0, b.v0, units_ + c * kLanes);
      store_pixels(a.v1, b.v1, units_ + (c + 1) * kLanes);
      store_pixels(a.v2, b.v2, units_ + (c + 2) * kLanes);
      store_pixels(a.v3, b.v3, units_ + (c + 3) * kLanes);
    } else {
      store_four(block(0), c);
    }
  }

  HWY_INLINE void fill_narrow(const MixtureUnits& units, int64_t c) {
    store_four(
        transpose_blocks({units.of_column(c), units.of_column(c + 1), units.of_column(c + 2), units.of_column(c + 3)}),
        c);
  }

  HWY_INLINE void store_four(const FourVectors& v, int64_t c) {
    hn::Store(v.v0, kInts, units_ + c * kLanes);
    hn::Store(v.v1, kInts, units_ + (c + 1) * kLanes);
    hn::Store(v.v2, kInts, units_ + (c + 2) * kLanes);
    hn::Store(v.v3, kInts, units_ + (c + 3) * kLanes);
  }

  // Block b of the vectors, one after another, is pixel 4 b.
  static HWY_INLINE void store_pixels(I a, I b, int32_t* to) {
    hn::Store(hn::ConcatLowerLower(kInts, b, a), kInts, to);
    hn::Store(hn::ConcatUpperUpper(kInts, b, a), kInts, to + 4 * kLanes);
  }
  static HWY_INLINE void store_pixels(I a, I b, I c, I d, int32_t* to) {
    const I even_ab = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(b), a);
    const I even_cd = hn::OddEvenBlocks(hn::SwapAdjacentBlocks(d), c);
    const I odd_ab = hn::OddEvenBlocks(b, hn::SwapAdjacentBlocks(a));
    const I odd_cd = hn::OddEvenBlocks(d, hn::SwapAdjacentBlocks(c));
    hn::Store(hn::ConcatLowerLower(kInts, even_cd, even_ab), kInts, to);
    hn::Store(hn::ConcatLowerLower(kInts, odd_cd, odd_ab), kInts, to + 4 * kLanes);
    hn::Store(hn::ConcatUpperUpper(kInts, even_cd, even_ab), kInts, to + 8 * kLanes);
    hn::Store(hn::ConcatUpperUpper(kInts, odd_cd, odd_ab), kInts, to + 12 * kLanes);
  }

  HWY_INLINE I load_wide(int64_t c, int64_t i) const { return hn::Load(kInts, units_ + (c + i) * kLanes); }

  HWY_INLINE hn::Vec<decltype(kNarrow64)> load_narrow(int64_t c, int64_t i) const {
    const hn::Rebind<uint32_t, decltype(kNarrow64)> d32;
    const int64_t k = (c - wide_) % 4;
    const int32_t* const from = units_ + (c - k + i % 4) * kLanes + i / 4 * 4 + k;
    return hn::PromoteTo(kNarrow64, hn::LoadU(d32, reinterpret_cast<const uint32_t*>(from)));
  }

  template <typename V, typename Tag>
  static HWY_INLINE void add_to(V more, Tag tag, uint64_t* sums) {
    hn::Store(hn::Add(hn::Load(tag, sums), more), tag, sums);
  }
  static HWY_INLINE hn::Vec<decltype(kWide64)> low_halves(hn::Vec<decltype(kWide64)> pairs) {
    return hn::And(pairs, hn::Set(kWide64, 0xffffffffu));
  }
  static HWY_INLINE void add_wide(I units, uint64_t* sums) {
    const auto pairs = hn::BitCast(kWide64, units);
    add_to(low_halves(pairs), kWide64, sums);
    add_to(hn::ShiftRight<32>(pairs), kWide64, sums + kLanes / 2);
  }
  static HWY_INLINE void add_narrow(hn::Vec<decltype(kNarrow64)> units, uint64_t* sums) {
    add_to(units, kNarrow64, sums);
  }

  int64_t wide_, end_;
  int32_t* units_;
};
#endif

// Adds the pixels `in`, whose argmaxes are `labels`; values as above, scratch as above.
HWY_NOINLINE void add_to_mixture(const MixtureRows& mixture, const float* values, const uint8_t* labels,
                                 const PixelSignals<VectorOps>& signals, const VectorOps::M& in_region,
                                 int32_t* scratch) {
  const VectorOps::D d;
  const MixtureRows rows = mixture;  // a copy: for all the compiler knows, sums might lie on the original
  const auto in = hn::AndNot(signals.bad, in_region);
  if (hn::AllFalse(d, in)) return;
  const MixturePixels pixels(rows, {rows, values, signals}, scratch);
  const auto first = VectorOps::set(static_cast<float>(labels[0]));
  if (hn::AllTrue(d, hn::And(in, hn::Eq(signals.index, first)))) {
    pixels.add_all(rows.row(labels[0]));
    return;
  }
  if (hn::AllTrue(d, in)) {
    for (int64_t i = 0; i < MixtureUnits::kLanes; ++i) pixels.add(i, rows.row(labels[i]));
    return;
  }
  uint8_t bits[8] = {};
  hn::StoreMaskBits(d, in, bits);
  for (uint32_t left = bits[0] | static_cast<uint32_t>(bits[1]) << 8; left != 0; left &= left - 1) {
    const int64_t i = __builtin_ctz(left);
    pixels.add(i, rows.row(labels[i]));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
