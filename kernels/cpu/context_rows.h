// Class mixtures as distances read them: floored, with their logarithms, absent classes marked.
#ifndef ASSAY_CPU_CONTEXT_ROWS_H
#define ASSAY_CPU_CONTEXT_ROWS_H

#include <cstdint>
#include <memory>
#include <new>
#include <vector>

namespace assay::cpu {

class ContextRows {
 public:
  // Prepares `images` mixtures [classes, classes] with up to `threads` threads.
  ContextRows(const float* mixture, const uint8_t* present, int64_t images, int64_t classes, int64_t threads);

  // Entries of a row, padding included.
  int64_t length() const;
  const float* row(int64_t image) const { return rows_.get() + image * stride_; }
  // Number of classes present in image i of `a` and image j of `b`.
  friend int32_t common_classes(const ContextRows& a, int64_t i, const ContextRows& b, int64_t j);

 private:
  struct Free {
    void operator()(float* p) const { ::operator delete (p, std::align_val_t{64}); }
  };

  int64_t stride_;
  int64_t words_;
  std::unique_ptr<float[], Free> rows_;
  std::vector<uint32_t> present_;
};

}  // namespace assay::cpu

#endif
