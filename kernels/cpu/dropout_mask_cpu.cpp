// dropout_mask: the draws of a block first, then their comparison, one vector at a time.
#include "cpu/cpu_table.h"
#include "cpu/over_chunks.h"
#include "math/counter_random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/dropout_mask_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/element_vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// Elements drawn at once: a multiple of every vector and of the draws of one counter.
constexpr int64_t kDrawBlock = 1024;

// Up to kDrawBlock draws from element `begin`, a multiple of 4, on.
HWY_INLINE void draw(uint64_t key, int64_t begin, uint16_t* HWY_RESTRICT draws) {
  for (int64_t i = 0; i < kDrawBlock; i += math::kDrawsPerCounter) {
    const uint64_t bits = math::counter_draws(key, (begin + i) / math::kDrawsPerCounter);
    for (int64_t j = 0; j < math::kDrawsPerCounter; ++j) draws[i + j] = static_cast<uint16_t>(bits >> (16 * j));
  }
}

template <typename T>
void mask_elements(const AssayDropoutMaskArgs& args, int64_t begin, int64_t end) {
  const hn::Rebind<uint16_t, VectorOps::D> d16;
  const auto threshold = VectorOps::set_int(static_cast<int32_t>(args.threshold));
  const auto one = VectorOps::set(1.0f);
  uint16_t draws[kDrawBlock];
  T* const out = static_cast<T*>(args.out);
  for (; begin < end; begin += kDrawBlock) {
    draw(static_cast<uint64_t>(args.key), begin, draws);
    const int64_t count = std::min(kDrawBlock, end - begin);
    for (int64_t i = 0; i < count; i += kElementLanes) {
      const auto bits = hn::PromoteTo(VectorOps::DI(), hn::LoadU(d16, draws + i));
      const auto dropped = hn::RebindMask(kElements, hn::Lt(bits, threshold));
      store_some(hn::IfThenZeroElse(dropped, one), out + begin + i, count - i);
    }
  }
}

void mask_chunk(const AssayDropoutMaskArgs& args, int64_t begin, int64_t end) {
  if (args.dtype == ASSAY_F32) return mask_elements<float>(args, begin, end);
  mask_elements<BrainElement>(args, begin, end);
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(mask_chunk);

void dropout_mask(const AssayExec& exec, const AssayDropoutMaskArgs& args) {
  over_chunks(exec, args.count, kElementsPerChunk, [&](int64_t begin, int64_t size) {
    HWY_DYNAMIC_DISPATCH(mask_chunk)(args, begin, begin + size);
  });
}

}  // namespace assay::cpu
#endif
