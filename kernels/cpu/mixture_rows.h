// Where the row loop sums weighted softmax vectors by predicted class.
#ifndef ASSAY_CPU_MIXTURE_ROWS_H
#define ASSAY_CPU_MIXTURE_ROWS_H

#include <cstdint>

namespace assay::cpu {

// One region's mixture: a matrix of exact sums, one row per predicted class. A row has one column per class (sums of
// mixture_units) and, behind them, sums of weights and, where wanted, of entropies and margins (of signal_units), and
// padding to whole cache lines. The memory is somebody else's.
struct MixtureRows {
  int64_t classes;
  bool with_signals;  // entropies and margins are wanted
  uint64_t* sums;     // [classes, columns_for(classes)]; aligned to a cache line

  static constexpr int64_t columns_for(int64_t classes) { return (classes + 10) / 8 * 8; }
  static constexpr int64_t count_for(int64_t classes) { return classes * columns_for(classes); }

  int64_t weight_column() const { return classes; }
  int64_t entropy_column() const { return classes + 1; }
  int64_t margin_column() const { return classes + 2; }
  int64_t columns() const { return with_signals ? classes + 3 : classes + 1; }
  uint64_t* row(int64_t a) const { return sums + a * columns_for(classes); }
};

}  // namespace assay::cpu

#endif
