// What kernels/cuda/launch.h's CudaQueue is on a GPU: every launch becomes work on the emulated stream.
#ifndef ASSAY_TESTS_EMULATOR_ASSAY_EMULATED_QUEUE_H
#define ASSAY_TESTS_EMULATOR_ASSAY_EMULATED_QUEUE_H

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "assay/kernels/exec.h"
#include "core/stream.h"
#include "cuda/device.h"
#include "cuda/scratch.h"
#include "simt.h"

namespace emulator {

// Not thread-safe; lives while the machine's lock is held. Throws Error.
class EmulatedQueue {
 public:
  explicit EmulatedQueue(const AssayExec& exec)
      : context_(runtime_context(static_cast<int>(exec.device))),
        stream_(stream_of(context_, reinterpret_cast<const void*>(exec.stream))),
        given_(exec.scratch) {
    require(settings().compute_capability >= 75, CUDA_ERROR_NO_BINARY_FOR_GPU);
    // As cudaSetDevice leaves it on the calling thread.
    std::vector<Context*>& stack = context_stack();
    if (!stack.empty()) stack.pop_back();
    stack.push_back(&context_);
  }

  template <class... Parameters, class... Arguments>
  void launch(const char* name, const assay::cuda::Geometry& geometry, void (*kernel)(Parameters...),
              const Arguments&... arguments) {
    const simt::Launch shape = shape_of(geometry);
    // Arguments are copied at the launch, as a GPU's are.
    std::tuple<Parameters...> copy(arguments...);
    queue(name, [shape, kernel, copy = std::move(copy)] { simt::launch(shape, [&] { std::apply(kernel, copy); }); });
  }

  void fill(void* bytes, int value, int64_t count) {
    if (count > 0) queue("fill", [bytes, value, count] { std::memset(bytes, value, static_cast<size_t>(count)); });
  }

  // The caller's, scribbled over first; else it lives until the last work queued here has run, in a graph as long as
  // the graph.
  void* scratch(int64_t bytes) {
    if (given_.wanted != nullptr) {
      void* const part = static_cast<char*>(given_.memory) + given_used_;
      given_used_ += assay::cuda::scratch_part(bytes);
      fill(part, 0xa5, bytes);
      return part;
    }
    scratch_.push_back(emulator::scratch(context_, static_cast<size_t>(bytes)));
    return scratch_.back().get();
  }

  int64_t processors() const { return settings().processors; }

 private:
  static simt::Launch shape_of(const assay::cuda::Geometry& geometry) {
    simt::Launch shape;
    shape.grid = {static_cast<unsigned>(geometry.blocks_x), static_cast<unsigned>(geometry.blocks_y),
                  static_cast<unsigned>(geometry.blocks_z)};
    shape.block.x = geometry.threads;
    shape.dynamic_shared = static_cast<size_t>(geometry.dynamic_shared);
    shape.seed = settings().seed;
    return shape;
  }

  template <class Body>
  void queue(const char* name, Body body) {
    stream_->enqueue(name, [body = std::move(body), keep = scratch_] { body(); });
  }

  Context& context_;
  std::shared_ptr<Stream> stream_;
  AssayScratch given_;
  int64_t given_used_ = 0;
  std::vector<std::shared_ptr<void>> scratch_;
};

}  // namespace emulator

#endif
