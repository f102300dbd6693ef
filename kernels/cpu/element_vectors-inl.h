// Vectors of fp32 and bf16 elements of a network's tensors, computed with in fp32. Included once per instruction set.
#if defined(ASSAY_CPU_ELEMENT_VECTORS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef ASSAY_CPU_ELEMENT_VECTORS_INL_H
#undef ASSAY_CPU_ELEMENT_VECTORS_INL_H
#else
#define ASSAY_CPU_ELEMENT_VECTORS_INL_H
#endif

#include <hwy/highway.h>

#include <cstring>

#include "cpu/vector_ops-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

constexpr VectorOps::D kElements;
constexpr int64_t kElementLanes = static_cast<int64_t>(hn::MaxLanes(kElements));  // no scalable instruction sets

// Storage type of a bf16 element.
struct BrainElement {
  uint16_t bits;
};

HWY_INLINE VectorOps::F load_elements(const float* p) { return hn::LoadU(kElements, p); }
HWY_INLINE VectorOps::F load_elements(const BrainElement* p) {
  const hn::Rebind<uint16_t, VectorOps::D> d16;
  const hn::RebindToUnsigned<VectorOps::D> d32;
  const auto wide = hn::PromoteTo(d32, hn::LoadU(d16, reinterpret_cast<const uint16_t*>(p)));
  return hn::BitCast(kElements, hn::ShiftLeft<16>(wide));
}

HWY_INLINE void store_elements(VectorOps::F x, float* p) { hn::StoreU(x, kElements, p); }
HWY_INLINE void store_elements(VectorOps::F x, BrainElement* p) {
  const hn::Rebind<uint16_t, VectorOps::D> d16;
  hn::StoreU(hn::DemoteTo(d16, bf16_bits<VectorOps>(x)), d16, reinterpret_cast<uint16_t*>(p));
}

// Up to one vector; what lies beyond `count` elements is 0.
template <typename T>
HWY_INLINE VectorOps::F load_some(const T* p, int64_t count) {
  if (count >= kElementLanes) return load_elements(p);
  T padded[kElementLanes] = {};
  std::memcpy(padded, p, static_cast<size_t>(count) * sizeof(T));
  return load_elements(padded);
}

template <typename T>
HWY_INLINE void store_some(VectorOps::F x, T* p, int64_t count) {
  if (count >= kElementLanes) return store_elements(x, p);
  T padded[kElementLanes];
  store_elements(x, padded);
  std::memcpy(p, padded, static_cast<size_t>(count) * sizeof(T));
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#endif
