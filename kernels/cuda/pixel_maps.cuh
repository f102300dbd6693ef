// Writing the per-pixel maps, and remembering which pixels have been written.
#ifndef ASSAY_CUDA_PIXEL_MAPS_CUH
#define ASSAY_CUDA_PIXEL_MAPS_CUH

#include "cuda/read_scores.cuh"

namespace assay::cuda {

struct MapWriter {
  AssayPixelMaps maps;
  bool vectors;  // every wanted map starts at a multiple of 16 bytes

  // `p` is the index of the chunk's first pixel in a dense map.
  template <int V>
  __device__ __forceinline__ void store(int64_t p, unsigned mask, const Chunk<V>& chunk) const {
    if (mask == 0) return;
    if constexpr (V > 1) {
      if (vectors && mask == (1u << V) - 1u && p % V == 0) {
        store_vectors(maps.entropy, p, chunk.entropy);
        store_vectors(maps.max_probability, p, chunk.max_probability);
        store_vectors(maps.margin, p, chunk.margin);
        if (maps.argmax != nullptr) store_bytes(p, chunk.index);
        return;
      }
    }
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (!(mask >> k & 1u)) continue;
      if (maps.entropy != nullptr) maps.entropy[p + k] = chunk.entropy[k];
      if (maps.max_probability != nullptr) maps.max_probability[p + k] = chunk.max_probability[k];
      if (maps.margin != nullptr) maps.margin[p + k] = chunk.margin[k];
      if (maps.argmax != nullptr) maps.argmax[p + k] = static_cast<uint8_t>(chunk.index[k]);
    }
  }

 private:
  template <int V>
  __device__ __forceinline__ void store_vectors(float* map, int64_t p, const float (&values)[V]) const {
    if (map == nullptr) return;
#pragma unroll
    for (int k = 0; k < V; k += 4) {
      *reinterpret_cast<float4*>(map + p + k) = make_float4(values[k], values[k + 1], values[k + 2], values[k + 3]);
    }
  }
  template <int V>
  __device__ __forceinline__ void store_bytes(int64_t p, const unsigned (&index)[V]) const {
#pragma unroll
    for (int k = 0; k < V; k += 4) {
      const unsigned word = index[k] | index[k + 1] << 8 | index[k + 2] << 16 | index[k + 3] << 24;
      *reinterpret_cast<uint32_t*>(maps.argmax + p + k) = word;
    }
  }
};

inline bool any_map(const AssayPixelMaps& maps) {
  return maps.entropy != nullptr || maps.argmax != nullptr || maps.max_probability != nullptr || maps.margin != nullptr;
}

inline MapWriter map_writer(const AssayPixelMaps& maps) {
  return {maps, aligned_16(maps.entropy) && aligned_16(maps.argmax) && aligned_16(maps.max_probability) &&
                    aligned_16(maps.margin)};
}

// One bit per pixel of a dense map.
struct PixelBits {
  unsigned* words;  // null: no bits are kept

  __device__ __forceinline__ bool get(int64_t p) const { return (words[p / 32] >> (p % 32) & 1u) != 0; }
  // Sets bits [p, p + count) that lie in word number `word`.
  __device__ __forceinline__ void set_in_word(int64_t word, int64_t p, int64_t count) const {
    const int64_t first = max_of(p, word * 32) - word * 32, last = min_of(p + count, word * 32 + 32) - word * 32;
    const unsigned upto = last == 32 ? 0xffffffffu : (1u << last) - 1u;
    atomicOr(&words[word], upto & (0xffffffffu << first));
  }
  // Sets a bit; true when it was not set before.
  __device__ __forceinline__ bool set_first(int64_t p) const {
    const unsigned bit = 1u << (p % 32);
    return (atomicOr(&words[p / 32], bit) & bit) == 0;
  }
};

// Adds a block's count to a 64-bit total. Every thread of every warp takes part.
__device__ __forceinline__ void add_count(int64_t* total, unsigned count) {
  for (int distance = 16; distance > 0; distance /= 2) count += __shfl_xor_sync(kFullWarp, count, distance);
  if (count != 0 && threadIdx.x % kWarpSize == 0) {
    atomicAdd(reinterpret_cast<unsigned long long*>(total), static_cast<unsigned long long>(count));
  }
}

}  // namespace assay::cuda

#endif
