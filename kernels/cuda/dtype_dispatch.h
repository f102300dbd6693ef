// The three score types and the step from a run-time dtype to a template argument.
#ifndef ASSAY_CUDA_DTYPE_DISPATCH_H
#define ASSAY_CUDA_DTYPE_DISPATCH_H

#include "assay/kernels/tensor.h"
#include "cuda/device.h"

namespace assay::cuda {

// How a score lies in memory and how it widens, exactly, to fp32. kPerVector of them make 16 bytes.
struct F32 {
  using Stored = uint32_t;
  static constexpr int kPerVector = 4;
  static __device__ __forceinline__ float widen(uint32_t bits) { return __uint_as_float(bits); }
};
struct F16 {
  using Stored = uint16_t;
  static constexpr int kPerVector = 8;
  static __device__ __forceinline__ float widen(uint16_t bits) { return __half2float(__ushort_as_half(bits)); }
};
struct Bf16 {
  using Stored = uint16_t;
  static constexpr int kPerVector = 8;
  static __device__ __forceinline__ float widen(uint16_t bits) {
    return __uint_as_float(static_cast<uint32_t>(bits) << 16);
  }
};

inline int64_t stored_bytes(int64_t dtype) { return dtype == ASSAY_F32 ? 4 : 2; }

// Element `i` of a 16-byte vector; `i` is a constant after unrolling.
template <class Type>
__device__ __forceinline__ float lane_of(const uint4& v, int i) {
  const uint32_t word = Type::kPerVector == 4 ? (i == 0   ? v.x
                                                 : i == 1 ? v.y
                                                 : i == 2 ? v.z
                                                          : v.w)
                                              : (i / 2 == 0   ? v.x
                                                 : i / 2 == 1 ? v.y
                                                 : i / 2 == 2 ? v.z
                                                              : v.w);
  if constexpr (Type::kPerVector == 4) return Type::widen(word);
  return Type::widen(static_cast<typename Type::Stored>(i % 2 == 0 ? word & 0xffffu : word >> 16));
}

// Calls `body(Type{})` with the type of a validated dtype.
template <class Body>
void dispatch_dtype(int64_t dtype, Body&& body) {
  if (dtype == ASSAY_F32) {
    body(F32{});
  } else if (dtype == ASSAY_F16) {
    body(F16{});
  } else {
    body(Bf16{});
  }
}

}  // namespace assay::cuda

#endif
