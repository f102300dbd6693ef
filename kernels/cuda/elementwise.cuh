// elementwise: device body. Contract: assay/kernels/elementwise.h.
#ifndef ASSAY_CUDA_ELEMENTWISE_CUH
#define ASSAY_CUDA_ELEMENTWISE_CUH

#include "assay/kernels/elementwise.h"
#include "cuda/element_pack.cuh"

namespace assay::cuda {

template <class In, class Out>
struct ElementBuffers {
  const typename In::Stored *a, *b;
  typename Out::Stored* out;
};

template <int V, class Function, class In, class Out>
__device__ __forceinline__ void map_pack(const ElementBuffers<In, Out>& buffers, int64_t at, float factor) {
  float a[V], b[V] = {}, out[V];
  load_pack<In, V>(buffers.a + at, a);
  if constexpr (Function::kInputs == 2) load_pack<In, V>(buffers.b + at, b);
#pragma unroll
  for (int k = 0; k < V; ++k) out[k] = Function::template apply<math::ScalarOps>(a[k], b[k], factor);
  store_pack<Out, V>(out, buffers.out + at);
}

// 16 bytes at a time of the wider of the two types; `packs` of them, then the rest element by element.
template <class Function, class In, class Out>
static __global__ void __launch_bounds__(256)
    elementwise_kernel(ElementBuffers<In, Out> buffers, int64_t packs, int64_t count, float factor) {
  constexpr int kPack = In::kPerVector < Out::kPerVector ? In::kPerVector : Out::kPerVector;
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = thread; i < packs; i += threads) map_pack<kPack, Function>(buffers, i * kPack, factor);
  for (int64_t i = packs * kPack + thread; i < count; i += threads) map_pack<1, Function>(buffers, i, factor);
}

template <class Function, class In, class Out, class Queue>
void enqueue_function(Queue& queue, const AssayElementwiseArgs& args) {
  ElementBuffers<In, Out> buffers = {};
  buffers.a = static_cast<const typename In::Stored*>(args.a);
  if (Function::kInputs == 2) buffers.b = static_cast<const typename In::Stored*>(args.b);
  buffers.out = static_cast<typename Out::Stored*>(args.out);
  const int64_t pack = min_of(In::kPerVector, Out::kPerVector);
  const bool aligned = aligned_16(buffers.a) && aligned_16(buffers.b) && aligned_16(buffers.out);
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(ceil_div(args.count, geometry.threads * pack), queue.processors() * 8);
  queue.launch("elementwise", geometry, elementwise_kernel<Function, In, Out>, buffers,
               aligned ? args.count / pack : int64_t{0}, args.count, static_cast<float>(args.factor));
}

template <class Function, class Queue>
void enqueue_same_type(Queue& queue, const AssayElementwiseArgs& args) {
  dispatch_element(args.dtype, [&](auto type) {
    using Type = decltype(type);
    enqueue_function<Function, Type, Type>(queue, args);
  });
}

template <class Queue>
void enqueue_cast(Queue& queue, const AssayElementwiseArgs& args) {
  dispatch_element(args.dtype, [&](auto in) {
    dispatch_element(args.out_dtype,
                     [&](auto out) { enqueue_function<math::CastFunction, decltype(in), decltype(out)>(queue, args); });
  });
}

template <class Queue>
void enqueue_elementwise(Queue& queue, const AssayElementwiseArgs& args) {
  if (args.count == 0) return;
  switch (args.operation) {
    case ASSAY_RELU:
      return enqueue_same_type<math::ReluFunction>(queue, args);
    case ASSAY_RELU_BACKWARD:
      return enqueue_same_type<math::ReluBackwardFunction>(queue, args);
    case ASSAY_SIGMOID:
      return enqueue_same_type<math::SigmoidFunction>(queue, args);
    case ASSAY_SIGMOID_BACKWARD:
      return enqueue_same_type<math::SigmoidBackwardFunction>(queue, args);
    case ASSAY_ADD:
      return enqueue_same_type<math::AddFunction>(queue, args);
    case ASSAY_ADD_RELU:
      return enqueue_same_type<math::AddReluFunction>(queue, args);
    case ASSAY_MULTIPLY:
      return enqueue_same_type<math::MultiplyFunction>(queue, args);
    default:
      return enqueue_cast(queue, args);
  }
}

}  // namespace assay::cuda

#endif
