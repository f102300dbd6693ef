// What a call's scratch needs, and where the parts of it lie in one block.
#ifndef ASSAY_CUDA_SCRATCH_H
#define ASSAY_CUDA_SCRATCH_H

#include <cinttypes>
#include <cstdio>

#include "assay/kernels/exec.h"
#include "assay/kernels/status.h"
#include "cuda/device.h"

namespace assay::cuda {

// What host halves may assume of an address that scratch() gives them.
constexpr int64_t kScratchAlignment = 256;

constexpr int64_t scratch_part(int64_t bytes) { return ceil_div(bytes, kScratchAlignment) * kScratchAlignment; }

// A queue that enqueues nothing: a host half that has run on it has told how much scratch it wants. Host halves follow
// from their arguments alone, so that the same one asks a real queue for the same parts.
class ScratchMeter {
 public:
  explicit ScratchMeter(int64_t processors) : processors_(processors) {}

  template <class... Parameters, class... Arguments>
  void launch(const char*, const Geometry&, void (*)(Parameters...), const Arguments&...) {}
  void fill(void*, int, int64_t) {}
  // An address that nothing may touch.
  void* scratch(int64_t bytes) {
    bytes_ += scratch_part(bytes);
    return reinterpret_cast<void*>(kScratchAlignment);
  }
  int64_t processors() const { return processors_; }
  int64_t bytes() const { return bytes_; }

 private:
  int64_t processors_;
  int64_t bytes_ = 0;
};

// Tells the caller how much scratch `enqueue` wants. False, with the reason in `message`, if it gave less.
template <class Enqueue>
bool scratch_fits(const AssayScratch& given, int64_t processors, char* message, int64_t message_size,
                  Enqueue&& enqueue) {
  if (given.wanted == nullptr) return true;
  ScratchMeter meter(processors);
  enqueue(meter);
  *given.wanted = meter.bytes();
  if (meter.bytes() <= given.bytes) return true;
  std::snprintf(message, static_cast<size_t>(message_size), "exec.scratch.bytes=%" PRId64 " must be at least %" PRId64,
                given.bytes, meter.bytes());
  return false;
}

}  // namespace assay::cuda

#endif
