// Class distributions as kl_histogram's sweeps read them.
#ifndef ASSAY_CPU_KL_ROWS_H
#define ASSAY_CPU_KL_ROWS_H

#include <cstdint>

namespace assay::cpu {

// Rows lie in panels of 16, each [classes, 16]: what vector lanes need lies together, whatever their number.
constexpr int64_t kKlPanel = 16;

constexpr int64_t kl_panels(int64_t rows) { return (rows + kKlPanel - 1) / kKlPanel; }

// A dense matrix of counts or proportions.
struct KlRows {
  const void* data;
  int64_t dtype;  // ASSAY_F32, ASSAY_F64 or ASSAY_I32
  int64_t count;
  int64_t classes;
  double fill;  // replaces entries of exactly 0
};

// Where one panel goes. Null means not wanted, but for one of share and log_share.
struct KlPanel {
  double* share;          // [classes, 16] p
  double* log_share;      // [classes, 16] ln p
  double* sum_share_log;  // [16] sum p ln p
};

// Fills, normalises and takes logarithms. Lanes behind the last row repeat it.
void prepare_kl_panel(const KlRows& rows, int64_t panel, const KlPanel& out);

}  // namespace assay::cpu

#endif
