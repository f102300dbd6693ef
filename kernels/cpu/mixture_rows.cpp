#include "cpu/mixture_rows.h"

namespace assay::cpu {

void MixtureRows::close(int64_t slot) const {
  if (owner[slot] == kNobody) return;
  uint64_t* const sums = total(owner[slot]);
  uint64_t* const row = lanes + slot * columns_for(classes) * kLanes;
  for (int64_t c = 0; c <= classes; ++c) {
    for (int64_t i = 0; i < kLanes; ++i) sums[c] += row[c * kLanes + i];
  }
  std::fill_n(row, (classes + 1) * kLanes, uint64_t{0});
  owner[slot] = kNobody;
}

void MixtureRows::close_all() const {
  for (int64_t slot = 0; slot < slots; ++slot) close(slot);
}

}  // namespace assay::cpu
