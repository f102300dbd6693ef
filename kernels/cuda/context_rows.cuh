// Class mixtures as distances read them: floored, with their logarithms, absent classes marked.
#ifndef ASSAY_CUDA_CONTEXT_ROWS_CUH
#define ASSAY_CUDA_CONTEXT_ROWS_CUH

#include "cuda/distance_tile.cuh"

namespace assay::cuda {

// Prepared mixtures in device memory (math/distance_constants.h).
struct ContextRows {
  DeviceRows rows;
  const uint32_t* present;  // [images, words]
  int64_t words;
  int64_t length;  // entries of a row, padding included
};

// Number of classes present in image i of `a` and image j of `b`.
__device__ __forceinline__ int common_classes(const ContextRows& a, int64_t i, const ContextRows& b, int64_t j) {
  int count = 0;
  for (int64_t word = 0; word < a.words; ++word) {
    count += __popc(__ldg(a.present + i * a.words + word) & __ldg(b.present + j * b.words + word));
  }
  return count;
}

// A thread per entry, padding included.
static __global__ void __launch_bounds__(256) prepare_mixtures_kernel(const float* mixture, const uint8_t* present,
                                                                      int64_t images, int64_t classes, float* rows) {
  const int64_t entries = classes * classes, padded = math::mixture_blocks(classes) * math::kSumLanes;
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < images * padded; i += step) {
    const int64_t image = i / padded, entry = i % padded;
    math::MixtureEntry<DistanceOps> e = {math::kAbsentProbability, math::kAbsentLogarithm};
    if (entry < entries && __ldg(present + image * classes + entry / classes) != 0) {
      e = math::mixture_entry<DistanceOps>(__ldg(mixture + image * entries + entry));
    }
    float* const to = rows + i / math::kSumLanes * math::kMixtureBlock + i % math::kSumLanes;
    to[0] = e.p;
    to[math::kSumLanes] = e.log_p;
  }
}

// A thread per 32 classes.
static __global__ void __launch_bounds__(256)
    presence_words_kernel(const uint8_t* present, int64_t images, int64_t classes, uint32_t* out) {
  const int64_t words = math::presence_words(classes);
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < images * words; i += step) {
    const int64_t image = i / words, first = i % words * 32;
    uint32_t word = 0;
    for (int64_t c = first; c < min_of(first + 32, classes); ++c) {
      if (__ldg(present + image * classes + c) != 0) word |= 1u << (c - first);
    }
    out[i] = word;
  }
}

// Enqueues the preparation of at least one image.
template <class Queue>
ContextRows enqueue_context_rows(Queue& queue, const float* mixture, const uint8_t* present, int64_t images,
                                 int64_t classes) {
  const int64_t blocks = math::mixture_blocks(classes), words = math::presence_words(classes);
  const int64_t stride = blocks * math::kMixtureBlock;
  auto* const rows = static_cast<float*>(queue.scratch(images * stride * 4));
  auto* const bits = static_cast<uint32_t*>(queue.scratch(images * words * 4));
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(ceil_div(images * blocks * math::kSumLanes, geometry.threads), queue.processors() * 16);
  queue.launch("prepare_mixtures", geometry, prepare_mixtures_kernel, mixture, present, images, classes, rows);
  geometry.blocks_x = min_of(ceil_div(images * words, geometry.threads), queue.processors() * 16);
  queue.launch("presence_words", geometry, presence_words_kernel, present, images, classes, bits);
  return {{rows, images, stride}, bits, words, blocks * math::kSumLanes};
}

}  // namespace assay::cuda

#endif
