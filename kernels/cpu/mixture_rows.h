// Where the row loop sums weighted softmax vectors by predicted class.
#ifndef ASSAY_CPU_MIXTURE_ROWS_H
#define ASSAY_CPU_MIXTURE_ROWS_H

#include <algorithm>
#include <cstdint>

namespace assay::cpu {

// One region's mixture: a matrix of exact sums, one row per predicted class, and in front of it a few rows that are
// still spread over vector lanes, because neighbouring pixels mostly have one class and then add lane by lane. A row
// has one column per class (sums of mixture_units) and, behind them, its sum of weights and padding. The memory is somebody else's.
struct MixtureRows {
  int64_t classes;
  int64_t slots;
  uint64_t* lanes;   // [slots, columns, kLanes]: class a has the slot a % slots while it is there, else zeros
  uint8_t* owner;    // [slots]: the class that is there; kNobody
  uint64_t* totals;  // [classes, columns]

  static constexpr int64_t kLanes = 16;
  static constexpr uint8_t kNobody = 255;

  // Of a row: a multiple of four, for pixels are added four columns at a time.
  static constexpr int64_t columns_for(int64_t classes) { return classes / 4 * 4 + 4; }

  // Every class has its slot up to 32 of them; beyond, as many as the same memory holds.
  static constexpr int64_t slots_for(int64_t classes) {
    return classes <= 32 ? classes : std::max<int64_t>(1, 1024 / classes);
  }
  static constexpr int64_t lane_count(int64_t classes) { return slots_for(classes) * columns_for(classes) * kLanes; }
  static constexpr int64_t total_count(int64_t classes) { return classes * columns_for(classes); }

  uint64_t* total(int64_t a) const { return totals + a * columns_for(classes); }

  // The lanes of class a, which moves in first if somebody else is there.
  uint64_t* open(uint8_t a) const {
    const int64_t slot = a % slots;
    if (owner[slot] != a) {
      close(slot);
      owner[slot] = a;
    }
    return lanes + slot * columns_for(classes) * kLanes;
  }

  // Moves a slot's sums to the totals of its class.
  void close(int64_t slot) const;
  void close_all() const;
};

}  // namespace assay::cpu

#endif
