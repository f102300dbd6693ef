// Three ways to read a rectangle of class scores once and turn every pixel into its signals.
//
// A path calls, for every thread of the block together (sinks may use warp operations):
//   sink.live(rect, row, x, mask)               the pixels of `mask` that are worth computing
//   sink.chunk<V>(rect, row, x, mask, chunk)    V neighbouring pixels of one row; only those in `mask` are meant
//   sink.probability(c, units)                  where sink.wants_probabilities(), if it kKnowsProbabilities: this
//   thread's sum of probability units
//   sink.classes<V>(mask, chunk, logits, score) the same pixels with their scores, score(c, x), if it kKnowsClasses
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
  unsigned index[V];           // argmax; 255 where there is no distribution
  float largest[V], scale[V];  // the largest score, and what turns exponentials or scores into probabilities

  __device__ __forceinline__ void set(int k, const math::PixelSignals<Ops>& s, float first) {
    entropy[k] = s.entropy;
    max_probability[k] = s.max_probability;
    margin[k] = s.margin;
    least_confidence[k] = s.least_confidence;
    index[k] = static_cast<unsigned>(s.index);
    largest[k] = first;
    scale[k] = s.scale;
  }
};

// What the first look at V pixels' scores collects; a probability is finished with it, a logit needs a second look.
template <int V>
struct FirstLook {
  math::TopTwo<Ops> top[V];
  float sum_x_log_x[V];
  bool bad[V];

  __device__ __forceinline__ explicit FirstLook(bool logits) {
#pragma unroll
    for (int k = 0; k < V; ++k) {
      top[k] = math::top_two_start<Ops>(logits ? -INFINITY : 0.0f);
      sum_x_log_x[k] = 0.0f;
      bad[k] = false;
    }
  }
  __device__ __forceinline__ void add_logit(int k, int c, float x) {
    math::top_two_add<Ops>(top[k], x, static_cast<float>(c));
  }
  __device__ __forceinline__ void add_probability(int k, int c, float p) {
    math::top_two_add<Ops>(top[k], p, static_cast<float>(c));
    sum_x_log_x[k] = Ops::add(sum_x_log_x[k], math::x_log_x<Ops>(p));
    bad[k] = Ops::or_mask(bad[k], math::is_no_probability<Ops>(p));
  }
};

// The second look, and the signals. score(c, k) is class c of pixel k.
template <int V, class Score>
__device__ __forceinline__ void finish_chunk(Chunk<V>& chunk, const FirstLook<V>& look, int classes, bool logits,
                                             Score&& score) {
  if (!logits) {
#pragma unroll
    for (int k = 0; k < V; ++k) {
      chunk.set(k, math::signals_of_probabilities<Ops>(look.top[k], look.sum_x_log_x[k], look.bad[k]),
                look.top[k].first);
    }
    return;
  }
  math::ExpSums<Ops> sums[V];
#pragma unroll
  for (int k = 0; k < V; ++k) sums[k] = {0.0f, 0.0f};
#pragma unroll 2
  for (int c = 0; c < classes; ++c) {
    float x[V];
    score(c, x);
#pragma unroll
    for (int k = 0; k < V; ++k) math::exp_sums_add<Ops>(sums[k], x[k], look.top[k].first);
  }
#pragma unroll
  for (int k = 0; k < V; ++k) {
    chunk.set(k, math::signals_of_logits<Ops>(look.top[k], sums[k]), look.top[k].first);
  }
}

// What, times the chunk's scale, is the probability of a class with this score.
template <int V>
__device__ __forceinline__ float class_value(const Chunk<V>& chunk, int k, bool logits, float score) {
  return logits ? math::exp_nonpositive<Ops>(math::clamp_exponent<Ops>(Ops::sub(score, chunk.largest[k])))
                : Ops::min(score, 1.0f);
}

// Probability of one class in units of 2^-23; nothing for a pixel without a distribution.
template <int V>
__device__ __forceinline__ unsigned probability_units(const Chunk<V>& chunk, int k, bool logits, float score) {
  if (chunk.index[k] == 255u) return 0;
  const float value = class_value<V>(chunk, k, logits, score);
  return static_cast<unsigned>(math::biased_probability_units<Ops>(value, chunk.scale[k])) - math::kProbabilityBias;
}

// Hands V pixels to a sink that wants to know about their classes.
template <int V, class Sink, class Score>
__device__ __forceinline__ void hand_out_classes(const Chunk<V>& chunk, unsigned mask, int classes, bool logits,
                                                 Sink& sink, Score&& score) {
  if constexpr (Sink::kKnowsProbabilities) {
#pragma unroll 1
    for (int c = 0; sink.wants_probabilities() && c < classes; ++c) {
      unsigned units = 0;
      if (mask != 0) {
        float x[V];
        score(c, x);
#pragma unroll
        for (int k = 0; k < V; ++k) {
          if (mask >> k & 1u) units += probability_units(chunk, k, logits, x[k]);
        }
      }
      sink.probability(c, units);
    }
  }
  if constexpr (Sink::kKnowsClasses) sink.template classes<V>(mask, chunk, logits, score);
}

template <class Type>
__device__ __forceinline__ const typename Type::Stored* score_address(const ScoreView& view, int64_t n, int64_t y,
                                                                      int64_t x) {
  return static_cast<const typename Type::Stored*>(view.data) + n * view.stride_n + y * view.stride_h +
         x * view.stride_w;
}

// V neighbouring scores of one plane: a 16-byte vector, or one score.
template <class Type, int V>
struct Pack {
  using Stored = typename Type::Stored;
  uint4 v;

  static __device__ __forceinline__ Pack load(const Stored* at, unsigned mask, bool whole) {
    if (whole) return {__ldg(reinterpret_cast<const uint4*>(at))};
    // The row ends inside the vector: what lies behind it may be no memory of ours.
    uint32_t words[4] = {0, 0, 0, 0};
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (mask >> k & 1u) words[k * 4 / V] |= static_cast<uint32_t>(__ldg(at + k)) << (V == 8 ? k % 2 * 16 : 0);
    }
    return {make_uint4(words[0], words[1], words[2], words[3])};
  }
  __device__ __forceinline__ float score(int k) const { return lane_of<Type>(v, k); }
};
template <class Type>
struct Pack<Type, 1> {
  using Stored = typename Type::Stored;
  Stored v;

  static __device__ __forceinline__ Pack load(const Stored* at, unsigned, bool) { return {__ldg(at)}; }
  __device__ __forceinline__ float score(int) const { return Type::widen(v); }
};

// Planes: a thread takes V neighbouring pixels of a row and keeps their scores in its own column of shared memory,
// which needs no barrier and has no bank conflicts.
template <class Type, int V>
struct PlanarPath {
  using Stored = typename Type::Stored;
  using Scores = Pack<Type, V>;

  // The unrolled loads are issued before the first use: bytes in flight are what saturates memory.
  static __device__ __forceinline__ void compute(const ScoreView& view, const Stored* at, bool whole, unsigned mask,
                                                 bool logits, Scores* column, Chunk<V>& chunk) {
    const int classes = static_cast<int>(view.c), stride = static_cast<int>(blockDim.x);
    FirstLook<V> look(logits);
    if (logits) {
#pragma unroll 8
      for (int c = 0; c < classes; ++c) {
        const Scores scores = Scores::load(at + c * view.stride_c, mask, whole);
        column[c * stride] = scores;
#pragma unroll
        for (int k = 0; k < V; ++k) look.add_logit(k, c, scores.score(k));
      }
    } else {
#pragma unroll 1
      for (int c = 0; c < classes; ++c) {
        const Scores scores = Scores::load(at + c * view.stride_c, mask, whole);
        column[c * stride] = scores;
#pragma unroll
        for (int k = 0; k < V; ++k) look.add_probability(k, c, scores.score(k));
      }
    }
    finish_chunk<V>(chunk, look, classes, logits, Reader{column, stride});
  }

  struct Reader {
    const Scores* column;
    int stride;
    __device__ __forceinline__ void operator()(int c, float (&x)[V]) const {
      const Scores scores = column[c * stride];
#pragma unroll
      for (int k = 0; k < V; ++k) x[k] = scores.score(k);
    }
  };

  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits,
                                             unsigned char* dynamic, Sink& sink) {
    Scores* const column = reinterpret_cast<Scores*>(dynamic) + threadIdx.x;
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
      Chunk<V> chunk = {};
      if (mask != 0) {
        compute(view, score_address<Type>(view, rect.n, rect.y + row, x), x + V <= view.w, mask, logits, column, chunk);
      }
      hand_out_classes<V>(chunk, mask, static_cast<int>(view.c), logits, sink,
                          Reader{column, static_cast<int>(blockDim.x)});
      sink.template chunk<V>(rect, row, x, mask, chunk);
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

  struct Reader {
    const Stored* scores;
    __device__ __forceinline__ void operator()(int c, float (&x)[1]) const { x[0] = Type::widen(scores[c]); }
  };

  // Threads read rows of `classes` elements: an odd number of 4-byte words has no bank conflicts.
  static __device__ __forceinline__ void compute(const Reader& reader, int classes, bool logits, Chunk<1>& chunk) {
    FirstLook<1> look(logits);
    for (int c = 0; c < classes; ++c) {
      float x[1];
      reader(c, x);
      if (logits) {
        look.add_logit(0, c, x[0]);
      } else {
        look.add_probability(0, c, x[0]);
      }
    }
    finish_chunk<1>(chunk, look, classes, logits, reader);
  }

  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits,
                                             unsigned char* dynamic, Sink& sink) {
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
          copy_vector(score_address<Type>(view, rect.n, rect.y + y + i / vectors, rect.x + x), columns * classes,
                      i % vectors, tile + i / vectors * pitch);
        }
        __syncthreads();
        const unsigned inside = row < rows && column < columns ? 1u : 0u;
        const int64_t at_x = rect.x + x + column;
        const unsigned mask = inside != 0 ? sink.live(rect, y + row, at_x, 1u) : 0u;
        const Stored* const from = score_address<Type>(view, rect.n, rect.y + y + row, rect.x + x);
        const int shift = static_cast<int>(reinterpret_cast<uintptr_t>(from) % 16 / sizeof(Stored));
        const Reader reader = {tile + row * pitch + shift + column * classes};
        Chunk<1> chunk = {};
        if (mask != 0) compute(reader, classes, logits, chunk);
        hand_out_classes<1>(chunk, mask, classes, logits, sink, reader);
        sink.template chunk<1>(rect, y + row, at_x, mask, chunk);
        __syncthreads();  // the tile is about to be overwritten
      }
    }
  }
};

// Calls `body(path)` with the path type of a plan.
template <class Type, class Body>
void dispatch_path(const ReadPlan& plan, Body&& body) {
  if (plan.path == ReadPath::kVector) return body(PlanarPath<Type, Type::kPerVector>{});
  if (plan.path == ReadPath::kInterleaved) return body(InterleavedPath<Type>{});
  body(PlanarPath<Type, 1>{});
}

}  // namespace assay::cuda

#endif
