// The names CUDA gives to device code, for a C++ compiler: included before every device body under test.
#ifndef ASSAY_TESTS_SIMT_CUDA_SHIM_H
#define ASSAY_TESTS_SIMT_CUDA_SHIM_H

#include <cmath>
#include <cstdint>
#include <cstring>

#include "../simt.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)

#define threadIdx (simt::now.thread)
#define blockIdx (simt::now.block)
#define blockDim (simt::now.block_dim)
#define gridDim (simt::now.grid_dim)
constexpr int warpSize = 32;

// Device bodies declare shared memory with these two macros; kernels/cuda/device.h gives their CUDA meaning.
#define ASSAY_SHARED(type, name, ...)                          \
  typedef type ShimType_##name __VA_ARGS__;                    \
  struct ShimTag_##name {};                                    \
  ShimType_##name& name = *reinterpret_cast<ShimType_##name*>( \
      simt::StaticShared<ShimType_##name, __LINE__, ShimTag_##name>::storage.bytes + 16)
#define ASSAY_DYNAMIC_SHARED(name) unsigned char* const name = static_cast<unsigned char*>(simt::dynamic_shared())

struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(16) double2 {
  double x, y;
};
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

inline void __syncthreads() { simt::sync_threads(); }
inline void __syncwarp(unsigned mask = 0xffffffffu) { simt::warp_op(simt::WarpOp::kSync, mask, 0, 0, 32); }

namespace shim {
template <class T>
uint64_t to_bits(T value) {
  static_assert(sizeof(T) == 4 || sizeof(T) == 8, "warp operations move 4 or 8 bytes");
  uint64_t bits = 0;
  memcpy(&bits, &value, sizeof(T));
  return bits;
}
template <class T>
T from_bits(uint64_t bits) {
  T value;
  memcpy(&value, &bits, sizeof(T));
  return value;
}
template <class T>
T shuffle(simt::WarpOp op, unsigned mask, T value, int parameter, int width) {
  return from_bits<T>(simt::warp_op(op, mask, to_bits(value), parameter, width));
}
}  // namespace shim

template <class T>
T __shfl_sync(unsigned mask, T value, int lane, int width = 32) {
  return shim::shuffle(simt::WarpOp::kShuffle, mask, value, lane, width);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return shim::shuffle(simt::WarpOp::kShuffleUp, mask, value, static_cast<int>(delta), width);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned delta, int width = 32) {
  return shim::shuffle(simt::WarpOp::kShuffleDown, mask, value, static_cast<int>(delta), width);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int lane_mask, int width = 32) {
  return shim::shuffle(simt::WarpOp::kShuffleXor, mask, value, lane_mask, width);
}
inline unsigned __ballot_sync(unsigned mask, int predicate) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kBallot, mask, predicate != 0, 0, 32));
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) == mask; }
template <class T>
unsigned __match_any_sync(unsigned mask, T value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kMatchAny, mask, shim::to_bits(value), 0, 32));
}
template <class T>
unsigned __match_all_sync(unsigned mask, T value, int* predicate) {
  const unsigned same =
      static_cast<unsigned>(simt::warp_op(simt::WarpOp::kMatchAll, mask, shim::to_bits(value), 0, 32));
  *predicate = same != 0;
  return same;
}
inline unsigned __reduce_add_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kReduceAdd, mask, value, 0, 32));
}
inline unsigned __reduce_min_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kReduceMinUnsigned, mask, value, 0, 32));
}
inline unsigned __reduce_max_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kReduceMaxUnsigned, mask, value, 0, 32));
}
inline int __reduce_min_sync(unsigned mask, int value) {
  return shim::shuffle(simt::WarpOp::kReduceMinSigned, mask, value, 0, 32);
}
inline int __reduce_max_sync(unsigned mask, int value) {
  return shim::shuffle(simt::WarpOp::kReduceMaxSigned, mask, value, 0, 32);
}
inline unsigned __reduce_or_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kReduceOr, mask, value, 0, 32));
}
inline unsigned __reduce_and_sync(unsigned mask, unsigned value) {
  return static_cast<unsigned>(simt::warp_op(simt::WarpOp::kReduceAnd, mask, value, 0, 32));
}

template <class T>
T atomicAdd(T* address, T value) {
  return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
}
template <class T>
T atomicOr(T* address, T value) {
  return __atomic_fetch_or(address, value, __ATOMIC_RELAXED);
}
template <class T>
T atomicMin(T* address, T value) {
  T old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (value < old && !__atomic_compare_exchange_n(address, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T>
T atomicMax(T* address, T value) {
  T old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (value > old && !__atomic_compare_exchange_n(address, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return old;
}
template <class T>
T atomicExch(T* address, T value) {
  return __atomic_exchange_n(address, value, __ATOMIC_RELAXED);
}

template <class T>
T __ldg(const T* address) {
  return *address;
}
inline int __popc(unsigned value) { return __builtin_popcount(value); }
inline int __ffs(int value) { return __builtin_ffs(value); }
inline int __clz(int value) { return value == 0 ? 32 : __builtin_clz(static_cast<unsigned>(value)); }
inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<unsigned>(static_cast<uint64_t>(a) * b >> 32); }
inline unsigned __float_as_uint(float value) { return static_cast<unsigned>(shim::to_bits(value)); }
inline float __uint_as_float(unsigned bits) { return shim::from_bits<float>(bits); }

#endif
