// confusion: device bodies. Contract: assay/kernels/confusion.h.
#ifndef ASSAY_CUDA_CONFUSION_CUH
#define ASSAY_CUDA_CONFUSION_CUH

#include "assay/kernels/confusion.h"
#include "cuda/device.h"

namespace assay::cuda {

constexpr int64_t kConfusionPixelsPerThread = 16;
// Matrices up to this size are counted in shared memory first (C <= 98), larger ones straight in global memory.
constexpr int64_t kConfusionSharedCells = 9600;
constexpr unsigned kConfusionSkip = 0xfffffffeu, kConfusionOutOfRange = 0xffffffffu;

__device__ __forceinline__ unsigned confusion_cell(unsigned truth, unsigned prediction,
                                                   const AssayConfusionArgs& args) {
  if (static_cast<int64_t>(truth) == args.ignore) return kConfusionSkip;
  const unsigned classes = static_cast<unsigned>(args.classes);
  return truth < classes && prediction < classes ? truth * classes + prediction : kConfusionOutOfRange;
}

// Where a block counts: its shared matrix, or the result itself.
struct ConfusionCounter {
  unsigned* shared;  // null when the matrix is too large
  unsigned long long* matrix;
  unsigned* out_of_range;

  __device__ __forceinline__ void add(unsigned cell, unsigned count) const {
    if (cell == kConfusionSkip || count == 0) return;
    if (cell == kConfusionOutOfRange) {
      atomicAdd(out_of_range, count);
    } else if (shared != nullptr) {
      atomicAdd(&shared[cell], count);
    } else {
      atomicAdd(&matrix[cell], static_cast<unsigned long long>(count));
    }
  }
};

// Neighbouring pixels mostly fall into one cell: a thread adds once per run of equal cells.
__device__ __forceinline__ void count_bytes(const uint8_t* truth, const uint8_t* prediction, int64_t count,
                                            const AssayConfusionArgs& args, const ConfusionCounter& counter) {
  unsigned run_cell = kConfusionSkip, run = 0;
  for (int64_t i = 0; i < count; ++i) {
    const unsigned cell = confusion_cell(truth[i], prediction[i], args);
    if (cell != run_cell) {
      counter.add(run_cell, run);
      run_cell = cell;
      run = 0;
    }
    ++run;
  }
  counter.add(run_cell, run);
}

static __global__ void confusion_kernel(AssayConfusionArgs args, bool vectors) {
  ASSAY_DYNAMIC_SHARED(dynamic);
  ASSAY_SHARED(unsigned, out_of_range, [1]);
  const int64_t cells = args.classes * args.classes;
  unsigned* const shared = cells <= kConfusionSharedCells ? reinterpret_cast<unsigned*>(dynamic) : nullptr;
  auto* const matrix = reinterpret_cast<unsigned long long*>(args.confusion);
  if (shared != nullptr) {
    for (int64_t i = threadIdx.x; i < cells; i += blockDim.x) shared[i] = 0;
  }
  if (threadIdx.x == 0) out_of_range[0] = 0;
  __syncthreads();

  const ConfusionCounter counter = {shared, matrix, out_of_range};
  const int64_t stride = static_cast<int64_t>(gridDim.x) * blockDim.x * kConfusionPixelsPerThread;
  int64_t i = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) * kConfusionPixelsPerThread;
  for (; i < args.count; i += stride) {
    if (vectors && i + kConfusionPixelsPerThread <= args.count) {
      const uint4 truth = __ldg(reinterpret_cast<const uint4*>(args.truth + i));
      const uint4 prediction = __ldg(reinterpret_cast<const uint4*>(args.prediction + i));
      count_bytes(reinterpret_cast<const uint8_t*>(&truth), reinterpret_cast<const uint8_t*>(&prediction),
                  kConfusionPixelsPerThread, args, counter);
    } else {
      count_bytes(args.truth + i, args.prediction + i, min_of(kConfusionPixelsPerThread, args.count - i), args,
                  counter);
    }
  }

  __syncthreads();
  if (threadIdx.x == 0 && out_of_range[0] != 0) {
    atomicAdd(reinterpret_cast<unsigned long long*>(args.out_of_range),
              static_cast<unsigned long long>(out_of_range[0]));
  }
  if (shared == nullptr) return;
  for (int64_t cell = threadIdx.x; cell < cells; cell += blockDim.x) {
    if (shared[cell] != 0) atomicAdd(&matrix[cell], static_cast<unsigned long long>(shared[cell]));
  }
}

template <class Queue>
void enqueue_confusion(Queue& queue, const AssayConfusionArgs& args) {
  const int64_t cells = args.classes * args.classes;
  queue.fill(args.confusion, 0, cells * 8);
  queue.fill(args.out_of_range, 0, 8);
  if (args.count == 0) return;
  Geometry geometry;
  geometry.threads = 256;
  const int64_t pixels_per_block = geometry.threads * kConfusionPixelsPerThread;
  // A shared counter has 32 bits: no block may see more pixels than that.
  const int64_t blocks = max_of(min_of(ceil_div(args.count, pixels_per_block), queue.processors() * 4),
                                ceil_div(args.count, int64_t{1} << 31));
  geometry.blocks_x = blocks;
  geometry.dynamic_shared = cells <= kConfusionSharedCells ? cells * 4 : 0;
  queue.launch("confusion", geometry, confusion_kernel, args, aligned_16(args.truth) && aligned_16(args.prediction));
}

}  // namespace assay::cuda

#endif
