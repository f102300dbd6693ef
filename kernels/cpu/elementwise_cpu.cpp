// elementwise: loops over flat buffers, one vector of floats at a time.
#include "cpu/cpu_table.h"
#include "cpu/over_chunks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/elementwise_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/element_vectors-inl.h"

#ifndef ASSAY_CPU_ELEMENTWISE_CHUNK
#define ASSAY_CPU_ELEMENTWISE_CHUNK
namespace assay::cpu {

// Elements [begin, begin + count) of a call.
struct ElementwiseChunk {
  const AssayElementwiseArgs& args;
  int64_t begin, count;
};

}  // namespace assay::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

template <class Function, typename In, typename Out>
void map_elements(const ElementwiseChunk& chunk) {
  const auto factor = static_cast<float>(chunk.args.factor);
  const auto* a = static_cast<const In*>(chunk.args.a) + chunk.begin;
  const auto* b = Function::kInputs == 2 ? static_cast<const In*>(chunk.args.b) + chunk.begin : a;
  auto* out = static_cast<Out*>(chunk.args.out) + chunk.begin;
  for (int64_t i = 0; i < chunk.count; i += kElementLanes) {
    const int64_t rest = chunk.count - i;
    const auto x = load_some(a + i, rest);
    const auto y = Function::kInputs == 2 ? load_some(b + i, rest) : x;
    store_some(Function::template apply<VectorOps>(x, y, factor), out + i, rest);
  }
}

template <class Function>
void map_same_type(const ElementwiseChunk& chunk) {
  if (chunk.args.dtype == ASSAY_F32) return map_elements<Function, float, float>(chunk);
  map_elements<Function, BrainElement, BrainElement>(chunk);
}

void cast_elements(const ElementwiseChunk& chunk) {
  if (chunk.args.dtype == chunk.args.out_dtype) return map_same_type<CastFunction>(chunk);
  if (chunk.args.dtype == ASSAY_F32) return map_elements<CastFunction, float, BrainElement>(chunk);
  map_elements<CastFunction, BrainElement, float>(chunk);
}

void elementwise_chunk(const ElementwiseChunk& chunk) {
  switch (chunk.args.operation) {
    case ASSAY_RELU:
      return map_same_type<ReluFunction>(chunk);
    case ASSAY_RELU_BACKWARD:
      return map_same_type<ReluBackwardFunction>(chunk);
    case ASSAY_SIGMOID:
      return map_same_type<SigmoidFunction>(chunk);
    case ASSAY_SIGMOID_BACKWARD:
      return map_same_type<SigmoidBackwardFunction>(chunk);
    case ASSAY_ADD:
      return map_same_type<AddFunction>(chunk);
    case ASSAY_ADD_RELU:
      return map_same_type<AddReluFunction>(chunk);
    case ASSAY_MULTIPLY:
      return map_same_type<MultiplyFunction>(chunk);
    default:
      return cast_elements(chunk);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {

HWY_EXPORT(elementwise_chunk);

void elementwise(const AssayExec& exec, const AssayElementwiseArgs& args) {
  over_chunks(exec, args.count, kElementsPerChunk, [&](int64_t begin, int64_t size) {
    HWY_DYNAMIC_DISPATCH(elementwise_chunk)({args, begin, size});
  });
}

}  // namespace assay::cpu
#endif
