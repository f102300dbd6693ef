// V neighbouring elements of a network's tensor in one load or store, computed with in fp32.
#ifndef ASSAY_CUDA_ELEMENT_PACK_CUH
#define ASSAY_CUDA_ELEMENT_PACK_CUH

#include "cuda/dtype_dispatch.h"
#include "math/scalar_ops.h"

namespace assay::cuda {

template <class Type, int V>
struct alignas(V * sizeof(typename Type::Stored)) ElementPack {
  typename Type::Stored element[V];
};

template <class Type>
__device__ __forceinline__ typename Type::Stored narrow(float x) {
  if constexpr (Type::kPerVector == 4) return __float_as_uint(x);
  return static_cast<typename Type::Stored>(math::bf16_bits<math::ScalarOps>(x));
}

template <class Type, int V>
__device__ __forceinline__ void load_pack(const typename Type::Stored* from, float (&x)[V]) {
  const auto pack = *reinterpret_cast<const ElementPack<Type, V>*>(from);
#pragma unroll
  for (int k = 0; k < V; ++k) x[k] = Type::widen(pack.element[k]);
}

template <class Type, int V>
__device__ __forceinline__ void store_pack(const float (&x)[V], typename Type::Stored* to) {
  ElementPack<Type, V> pack;
#pragma unroll
  for (int k = 0; k < V; ++k) pack.element[k] = narrow<Type>(x[k]);
  *reinterpret_cast<ElementPack<Type, V>*>(to) = pack;
}

// Calls `body(Type{})` with the type of a validated dtype that is fp32 or bf16.
template <class Body>
void dispatch_element(int64_t dtype, Body&& body) {
  if (dtype == ASSAY_F32) {
    body(F32{});
  } else {
    body(Bf16{});
  }
}

}  // namespace assay::cuda

#endif
