// What every device body may use beside CUDA itself. Bodies are also compiled by a C++ compiler that brings its own
// cuda_fp16.h, cuda_bf16.h and shared memory (tests/simt).
#ifndef ASSAY_CUDA_DEVICE_H
#define ASSAY_CUDA_DEVICE_H

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

// Shared memory begins at a multiple of 16 bytes, so that vectors of it may be read whatever its type.
#ifndef ASSAY_SHARED
#define ASSAY_SHARED(type, name, ...) __shared__ __align__(16) type name __VA_ARGS__
#define ASSAY_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]
#endif

namespace assay::cuda {

constexpr unsigned kFullWarp = 0xffffffffu;
constexpr unsigned kWarpSize = 32;
// Static and dynamic shared memory of a block on every supported architecture without opting in to more.
constexpr int64_t kSharedBytes = 48 * 1024;

// The shape of one launch. Bodies read it back from blockDim and gridDim.
struct Geometry {
  int64_t blocks_x = 1, blocks_y = 1, blocks_z = 1;
  unsigned threads = 1;
  int64_t dynamic_shared = 0;
};

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
constexpr int64_t min_of(int64_t a, int64_t b) { return a < b ? a : b; }
constexpr int64_t max_of(int64_t a, int64_t b) { return a > b ? a : b; }

inline bool aligned_16(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer) % 16 == 0; }

}  // namespace assay::cuda

#endif
