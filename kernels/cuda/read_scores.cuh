// Three ways to read a rectangle of class scores once and turn every pixel into its signals.
//
// A path calls, for every thread of the block together (sinks may use warp operations):
//   sink.live(rect, row, x, mask)               the pixels of `mask` that are worth computing
//   sink.chunk<V>(rect, row, x, mask, chunk)    V neighbouring pixels of one row; only those in `mask` are meant
//   sink.probability(c, units)                  where Sink::kProbabilities: this thread's sum of probability units
// The arithmetic is math/score_math.inl.h, so that the results have the CPU twin's bits.
#ifndef ASSAY_CUDA_READ_SCORES_CUH
#define ASSAY_CUDA_READ_SCORES_CUH

#include "cuda/dtype_dispatch.h"
#include "cuda/score_view.h"
#include "math/scalar_ops.h"

namespace assay::cuda {

using Ops = math::ScalarOps;

template <int V>
struct Chunk {
  float entropy[V], max_probability[V], margin[V], least_confidence[V];
  unsigned index[V];  // argmax; 255 where there is no distribution
  float first[V], scale[V];

  __device__ __forceinline__ void set(int k, const math::PixelSignals<Ops>& s, float largest) {
    entropy[k] = s.entropy;
    max_probability[k] = s.max_probability;
    margin[k] = s.margin;
    least_confidence[k] = s.least_confidence;
    index[k] = static_cast<unsigned>(s.index);
    first[k] = largest;
    scale[k] = s.scale;
  }
};

// Signals of one pixel; score(c) gives its scores and is read twice. kClasses = 0: the count is `classes`.
template <int kClasses, int V, class Score>
__device__ __forceinline__ void add_pixel(Chunk<V>& chunk, int k, int classes, bool logits, Score&& score) {
  const int count = kClasses > 0 ? kClasses : classes;
  if (logits) {
    auto top = math::top_two_start<Ops>(-INFINITY);
#pragma unroll
    for (int c = 0; c < count; ++c) math::top_two_add<Ops>(top, score(c), static_cast<float>(c));
    math::ExpSums<Ops> sums = {0.0f, 0.0f};
#pragma unroll
    for (int c = 0; c < count; ++c) math::exp_sums_add<Ops>(sums, score(c), top.first);
    chunk.set(k, math::signals_of_logits<Ops>(top, sums), top.first);
  } else {
    auto top = math::top_two_start<Ops>(0.0f);
    float sum = 0.0f;
    bool bad = false;
#pragma unroll
    for (int c = 0; c < count; ++c) {
      const float p = score(c);
      math::top_two_add<Ops>(top, p, static_cast<float>(c));
      sum = Ops::add(sum, math::x_log_x<Ops>(p));
      bad = Ops::or_mask(bad, math::is_no_probability<Ops>(p));
    }
    chunk.set(k, math::signals_of_probabilities<Ops>(top, sum, bad), top.first);
  }
}

// Probability of one class in units of 2^-23; nothing for a pixel without a distribution.
template <int V>
__device__ __forceinline__ unsigned probability_units(const Chunk<V>& chunk, int k, bool logits, float score) {
  if (chunk.index[k] == 255u) return 0;
  const float value = logits ? math::exp_nonpositive<Ops>(math::clamp_exponent<Ops>(Ops::sub(score, chunk.first[k])))
                             : Ops::min(score, 1.0f);
  return static_cast<unsigned>(math::biased_probability_units<Ops>(value, chunk.scale[k])) - math::kProbabilityBias;
}

template <class Type>
__device__ __forceinline__ const typename Type::Stored* score_address(const ScoreView& view, int64_t n, int64_t y, int64_t x) {
  return static_cast<const typename Type::Stored*>(view.data) + n * view.stride_n + y * view.stride_h + x * view.stride_w;
}

template <class Type>
__device__ __forceinline__ void set_lane(uint4& v, int i, uint32_t bits) {
  const int word = Type::kPerVector == 4 ? i : i / 2;
  const uint32_t placed = Type::kPerVector == 8 && i % 2 == 1 ? bits << 16 : bits;
  if (word == 0) v.x |= placed;
  if (word == 1) v.y |= placed;
  if (word == 2) v.z |= placed;
  if (word == 3) v.w |= placed;
}

template <class Type, int kClasses>
struct VectorPath {
  static constexpr int V = Type::kPerVector;

  // All loads are issued before the first use: that many bytes in flight are what saturates memory.
  static __device__ __forceinline__ void load(const ScoreView& view, const typename Type::Stored* at, int64_t x, unsigned mask,
                                              uint4 (&scores)[kClasses]) {
    if (x + V <= view.w) {
#pragma unroll
      for (int c = 0; c < kClasses; ++c) scores[c] = __ldg(reinterpret_cast<const uint4*>(at + c * view.stride_c));
      return;
    }
    // The row ends inside the vector: what lies behind it may be no memory of ours.
#pragma unroll
    for (int c = 0; c < kClasses; ++c) {
      scores[c] = make_uint4(0, 0, 0, 0);
#pragma unroll
      for (int k = 0; k < V; ++k) {
        if (mask >> k & 1u) set_lane<Type>(scores[c], k, __ldg(at + c * view.stride_c + k));
      }
    }
  }

  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits, unsigned char*, Sink& sink) {
    const int64_t begin = rect.x / V * V, end = rect.x + rect.columns;
    const unsigned chunks = static_cast<unsigned>((end - begin + V - 1) / V);
    const unsigned total = static_cast<unsigned>(rect.rows) * chunks;
    for (unsigned base = 0; base < total; base += blockDim.x) {
      const unsigned i = base + threadIdx.x;
      const int row = static_cast<int>(i / chunks);
      const int64_t x = begin + static_cast<int64_t>(i % chunks) * V;
      unsigned mask = 0;
      if (i < total) {
        mask = (1u << V) - 1u;
        if (x < rect.x) mask &= mask << (rect.x - x);
        if (x + V > end) mask &= (1u << (end - x)) - 1u;
        mask = sink.live(rect, row, x, mask);
      }
      uint4 scores[kClasses];
      Chunk<V> chunk;
      if (mask != 0) {
        load(view, score_address<Type>(view, rect.n, rect.y + row, x), x, mask, scores);
#pragma unroll
        for (int k = 0; k < V; ++k) {
          add_pixel<kClasses>(chunk, k, kClasses, logits, [&](int c) { return lane_of<Type>(scores[c], k); });
        }
      }
      if constexpr (Sink::kProbabilities) {
#pragma unroll
        for (int c = 0; c < kClasses; ++c) {
          unsigned units = 0;
#pragma unroll
          for (int k = 0; k < V; ++k) {
            if (mask >> k & 1u) units += probability_units(chunk, k, logits, lane_of<Type>(scores[c], k));
          }
          sink.probability(c, units);
        }
      }
      sink.template chunk<V>(rect, row, x, mask, chunk);
    }
  }
};

// What the two paths through shared memory share once a thread knows where its scores lie.
template <class Type, class Sink>
__device__ __forceinline__ void finish_pixel(const Rectangle& rect, int row, int64_t x, unsigned mask, int classes, bool logits,
                                             const typename Type::Stored* scores, int stride, Sink& sink) {
  Chunk<1> chunk;
  const auto score = [&](int c) { return Type::widen(scores[c * stride]); };
  if (mask != 0) add_pixel<0>(chunk, 0, classes, logits, score);
  if constexpr (Sink::kProbabilities) {
    for (int c = 0; c < classes; ++c) sink.probability(c, mask != 0 ? probability_units(chunk, 0, logits, score(c)) : 0);
  }
  sink.template chunk<1>(rect, row, x, mask, chunk);
}

template <class Type>
struct ColumnPath {
  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits, unsigned char* dynamic,
                                             Sink& sink) {
    using Stored = typename Type::Stored;
    // Only its own thread touches a column, so no barrier is needed; neighbours lie in neighbouring banks.
    Stored* const column = reinterpret_cast<Stored*>(dynamic) + threadIdx.x;
    const int stride = static_cast<int>(blockDim.x), classes = static_cast<int>(view.c);
    const unsigned total = static_cast<unsigned>(rect.rows * rect.columns);
    for (unsigned base = 0; base < total; base += blockDim.x) {
      const unsigned i = base + threadIdx.x;
      const int row = static_cast<int>(i / static_cast<unsigned>(rect.columns));
      const int64_t x = rect.x + i % static_cast<unsigned>(rect.columns);
      const unsigned mask = i < total ? sink.live(rect, row, x, 1u) : 0u;
      if (mask != 0) {
        const Stored* const at = score_address<Type>(view, rect.n, rect.y + row, x);
#pragma unroll 8
        for (int c = 0; c < classes; ++c) column[c * stride] = __ldg(at + c * view.stride_c);
      }
      finish_pixel<Type>(rect, row, x, mask, classes, logits, column, stride, sink);
    }
  }
};

template <class Type>
struct InterleavedPath {
  using Stored = typename Type::Stored;
  static constexpr int V = Type::kPerVector;

  // Copies `count` elements; element 0 lands as many elements after `tile` as its address lies after a multiple of 16.
  static __device__ __forceinline__ void copy_vector(const Stored* from, int count, int vector, Stored* tile) {
    const int shift = static_cast<int>(reinterpret_cast<uintptr_t>(from) % 16 / sizeof(Stored));
    const int begin = vector * V - shift;  // of the elements at `from`
    if (begin >= count) return;
    if (begin >= 0 && begin + V <= count) {
      *reinterpret_cast<uint4*>(tile + vector * V) = __ldg(reinterpret_cast<const uint4*>(from + begin));
      return;
    }
    for (int k = 0; k < V; ++k) {
      if (begin + k >= 0 && begin + k < count) tile[vector * V + k] = __ldg(from + begin + k);
    }
  }

  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits, unsigned char* dynamic,
                                             Sink& sink) {
    Stored* const tile = reinterpret_cast<Stored*>(dynamic);
    const int classes = static_cast<int>(view.c), threads = static_cast<int>(blockDim.x);
    const int tile_columns = rect.columns < threads ? rect.columns : threads;
    const int tile_rows = threads / tile_columns;
    const int pitch = static_cast<int>(interleaved_pitch(tile_columns, classes, V));
    const int vectors = pitch / V;
    const int row = static_cast<int>(threadIdx.x) / tile_columns, column = static_cast<int>(threadIdx.x) % tile_columns;
    for (int y = 0; y < rect.rows; y += tile_rows) {
      const int rows = rect.rows - y < tile_rows ? rect.rows - y : tile_rows;
      for (int x = 0; x < rect.columns; x += tile_columns) {
        const int columns = rect.columns - x < tile_columns ? rect.columns - x : tile_columns;
        for (int i = static_cast<int>(threadIdx.x); i < rows * vectors; i += threads) {
          copy_vector(score_address<Type>(view, rect.n, rect.y + y + i / vectors, rect.x + x), columns * classes, i % vectors,
                      tile + i / vectors * pitch);
        }
        __syncthreads();
        const unsigned inside = row < rows && column < columns ? 1u : 0u;
        const int64_t at_x = rect.x + x + column;
        const unsigned mask = inside != 0 ? sink.live(rect, y + row, at_x, 1u) : 0u;
        const Stored* const from = score_address<Type>(view, rect.n, rect.y + y + row, rect.x + x);
        const int shift = static_cast<int>(reinterpret_cast<uintptr_t>(from) % 16 / sizeof(Stored));
        finish_pixel<Type>(rect, y + row, at_x, mask, classes, logits, tile + row * pitch + shift + column * classes, 1, sink);
        __syncthreads();  // the tile is about to be overwritten
      }
    }
  }
};

// Calls `body(path)` with the path type of a plan.
template <class Type, class Body>
void dispatch_path(const ReadPlan& plan, Body&& body) {
  if (plan.path == ReadPath::kInterleaved) return body(InterleavedPath<Type>{});
  if (plan.path == ReadPath::kColumn) return body(ColumnPath<Type>{});
  if (plan.register_classes == 2) return body(VectorPath<Type, 2>{});
  if (plan.register_classes == 11) return body(VectorPath<Type, 11>{});
  if (plan.register_classes == 19) return body(VectorPath<Type, 19>{});
  body(VectorPath<Type, 21>{});
}

}  // namespace assay::cuda

#endif
