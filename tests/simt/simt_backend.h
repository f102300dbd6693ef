// Runs every kernel's unmodified CUDA host half and device bodies on the simt machine.
#ifndef ASSAY_TESTS_SIMT_SIMT_BACKEND_H
#define ASSAY_TESTS_SIMT_SIMT_BACKEND_H

#include <memory>
#include <vector>

#include "../cases/backend.h"
#include "shim/cuda_shim.h"
// The shim comes first: it defines what the bodies expect from CUDA.
#include "cuda/adam_step.cuh"
#include "cuda/bald.cuh"
#include "cuda/channel_copy.cuh"
#include "cuda/confusion.cuh"
#include "cuda/context_distance.cuh"
#include "cuda/context_mixture.cuh"
#include "cuda/cross_entropy.cuh"
#include "cuda/dropout_mask.cuh"
#include "cuda/elementwise.cuh"
#include "cuda/flip_consistency.cuh"
#include "cuda/fold_normalisation.cuh"
#include "cuda/k_center.cuh"
#include "cuda/kl_histogram.cuh"
#include "cuda/pixel_signals.cuh"
#include "cuda/region_signals.cuh"
#include "cuda/resize.cuh"
#include "cuda/sgd_step.cuh"
#include "cuda/squared_distances.cuh"
#include "cuda/squared_norm.cuh"

namespace assay_test {

// What kernels/cuda/launch.h's CudaQueue is on a GPU. Scratch is poisoned and exact in size.
class SimtQueue {
 public:
  explicit SimtQueue(uint64_t seed) : seed_(seed) {}

  template <class... Parameters, class... Arguments>
  void launch(const char* name, const assay::cuda::Geometry& geometry, void (*kernel)(Parameters...),
              const Arguments&... arguments) {
    simt::Launch launch;
    launch.grid = {static_cast<unsigned>(geometry.blocks_x), static_cast<unsigned>(geometry.blocks_y),
                   static_cast<unsigned>(geometry.blocks_z)};
    launch.block.x = geometry.threads;
    launch.dynamic_shared = static_cast<size_t>(geometry.dynamic_shared);
    launch.seed = seed_;
    try {
      simt::launch(launch, [&] { kernel(arguments...); });
    } catch (const simt::Fault& fault) {
      EXPECT(false, std::string(name) + ": " + fault.what());
    }
  }
  void fill(void* bytes, int value, int64_t count) { std::memset(bytes, value, static_cast<size_t>(count)); }
  void* scratch(int64_t bytes) {
    scratch_.emplace_back(new unsigned char[static_cast<size_t>(bytes)]);
    std::memset(scratch_.back().get(), 0xff, static_cast<size_t>(bytes));
    return scratch_.back().get();
  }
  int64_t processors() const { return 2; }  // few, so that loops over the grid turn more than once

 private:
  uint64_t seed_;
  std::vector<std::unique_ptr<unsigned char[]>> scratch_;
};

class SimtBackend : public HostMemoryBackend {
 public:
  explicit SimtBackend(uint64_t seed) : seed_(seed) {}
#define ASSAY_DEFINE_RUN(name, Args)           \
  void run(const Assay##Args& args) override { \
    SimtQueue queue(seed_);                    \
    assay::cuda::enqueue_##name(queue, args);  \
  }
  ASSAY_FOR_EACH_KERNEL(ASSAY_DEFINE_RUN)
#undef ASSAY_DEFINE_RUN

 private:
  uint64_t seed_;
};

}  // namespace assay_test

#endif
