// From a region's sums to its context mixture.
#ifndef ASSAY_CPU_REGION_MIXTURE_H
#define ASSAY_CPU_REGION_MIXTURE_H

#include "cpu/region_strip.h"
#include "math/score_constants.h"

namespace assay::cpu {

// mixture is [regions, classes, classes].
inline void write_mixture(float* mixture, int64_t classes, int64_t region, const RegionTotals& totals) {
  for (int64_t a = 0; a < classes; ++a) {
    float* const row = mixture + (region * classes + a) * classes;
    for (int64_t c = 0; c < classes; ++c) {
      row[c] = math::mixture_of_units(totals.mixture_entry(classes, a, c), totals.mixture_weight(classes, a),
                                      totals.histogram[a], a == c);
    }
  }
}

}  // namespace assay::cpu

#endif
