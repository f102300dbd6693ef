// The two sweeps over all scores of a panel of candidates: range, then bins.
#ifndef ASSAY_CPU_KL_SWEEP_H
#define ASSAY_CPU_KL_SWEEP_H

#include "assay/kernels/kl_histogram.h"
#include "cpu/kl_rows.h"

namespace assay::cpu {

// What the sweeps of one panel of candidates share.
struct KlSweep {
  const double* share;          // [classes, 16] of the candidates
  const double* sum_share_log;  // [16]
  const double* log_share;      // [panels, classes, 16] of the references
  int64_t classes;
  int64_t references;
};

// Neighbouring scores mostly fall into one bin; separate counts keep their increments independent.
constexpr int64_t kKlWays = 4;

// Results of one panel of candidates.
struct KlScores {
  double lo[kKlPanel];
  double hi[kKlPanel];
  uint32_t counts[kKlPanel][kKlWays][ASSAY_KL_BINS];
};

// Fills lo and hi; kl is [candidates, references] or null.
void find_kl_ranges(const KlSweep& sweep, int64_t candidates, double* kl, KlScores& scores);
// Fills counts from lo and hi.
void fill_kl_bins(const KlSweep& sweep, KlScores& scores);

}  // namespace assay::cpu

#endif
