// Which outputs of resize read each source pixel of an axis, and with what weights.
#ifndef ASSAY_CPU_RESIZE_WEIGHTS_H
#define ASSAY_CPU_RESIZE_WEIGHTS_H

#include <vector>

#include "math/resize_axis.h"

namespace assay::cpu {

// Outputs [first, first + count).
struct Readers {
  int64_t first, count;
  const float* weights;
};

class ReaderTable {
 public:
  ReaderTable() = default;
  explicit ReaderTable(const math::ResizeAxis& axis) {
    entries_.reserve(static_cast<size_t>(axis.in));
    for (int32_t source = 0; source < axis.in; ++source) {
      const math::ResizeReaders readers = math::resize_readers(axis, source);
      entries_.push_back({readers.first, readers.end - readers.first, static_cast<int64_t>(weights_.size())});
      for (int32_t output = readers.first; output < readers.end; ++output) {
        weights_.push_back(math::resize_weight(axis, output, source));
      }
    }
  }

  Readers of(int64_t source) const {
    const Entry& entry = entries_[static_cast<size_t>(source)];
    return {entry.first, entry.count, weights_.data() + entry.weights};
  }

 private:
  struct Entry {
    int64_t first, count, weights;
  };
  std::vector<Entry> entries_;
  std::vector<float> weights_;
};

}  // namespace assay::cpu

#endif
