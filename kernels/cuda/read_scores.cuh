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

#include "cuda/async_copy.cuh"
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
  __device__ __forceinline__ Chunk<1> pixel(int k) const {
    return {{entropy[k]}, {max_probability[k]}, {margin[k]}, {least_confidence[k]},
            {index[k]},   {largest[k]},         {scale[k]}};
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
#pragma unroll(V < 4 ? 4 : 2)
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

  // Of a row that ends inside the vector: what lies behind it may be no memory of ours.
  static __device__ __forceinline__ Pack load_part(const Stored* at, unsigned mask) {
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

  static __device__ __forceinline__ Pack load_part(const Stored* at, unsigned) { return {__ldg(at)}; }
  __device__ __forceinline__ float score(int) const { return Type::widen(v); }
};

// A thread's own column of shared memory: V pixels of every class, which need no barrier and have no bank conflicts.
template <class Type, int V>
struct ScoreColumn {
  using Stored = typename Type::Stored;
  using Scores = Pack<Type, V>;
  Scores* column;

  __device__ __forceinline__ explicit ScoreColumn(unsigned char* shared)
      : column(reinterpret_cast<Scores*>(shared) + threadIdx.x) {}

  __device__ __forceinline__ Scores& at(int c) const { return column[c * static_cast<int>(blockDim.x)]; }

  // Brings every class of the pixels `mask` at `from`, all under way at once; `whole`: all V of them exist.
  __device__ __forceinline__ void fill(const Stored* from, int64_t stride_c, int classes, unsigned mask, bool whole) {
    if constexpr (sizeof(Scores) >= 4) {
      if (whole) {
#pragma unroll 4
        for (int c = 0; c < classes; ++c) start_copy<sizeof(Scores)>(&at(c), from + c * stride_c);
        return wait_for_copies();
      }
    }
#pragma unroll 1
    for (int c = 0; c < classes; ++c) at(c) = Scores::load_part(from + c * stride_c, mask);
  }

  // V scores of class c, from the last pixel to the first where they are mirrored.
  template <bool kMirrored = false>
  __device__ __forceinline__ void read(int c, float (&x)[V]) const {
    const Scores scores = at(c);
#pragma unroll
    for (int k = 0; k < V; ++k) x[k] = scores.score(kMirrored ? V - 1 - k : k);
  }
};

// Both looks at V pixels whose scores are at hand.
template <int V, class Score>
__device__ __forceinline__ void compute_chunk(Chunk<V>& chunk, int classes, bool logits, Score&& score) {
  FirstLook<V> look(logits);
  if (logits) {
#pragma unroll(V < 4 ? 4 : 2)
    for (int c = 0; c < classes; ++c) {
      float x[V];
      score(c, x);
#pragma unroll
      for (int k = 0; k < V; ++k) look.add_logit(k, c, x[k]);
    }
  } else {
#pragma unroll 1
    for (int c = 0; c < classes; ++c) {
      float x[V];
      score(c, x);
#pragma unroll
      for (int k = 0; k < V; ++k) look.add_probability(k, c, x[k]);
    }
  }
  finish_chunk<V>(chunk, look, classes, logits, score);
}

// Planes: a thread takes V neighbouring pixels of a row.
template <class Type, int V>
struct PlanarPath {
  static constexpr int kPixels = V;  // of a thread at once

  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits,
                                             unsigned char* dynamic, Sink& sink) {
    const int classes = static_cast<int>(view.c);
    ScoreColumn<Type, V> column(dynamic);
    const auto score = [&](int c, float(&x)[V]) { column.read(c, x); };
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
        const auto* const from = score_address<Type>(view, rect.n, rect.y + row, x);
        column.fill(from, view.stride_c, classes, mask, x + V <= view.w);
        compute_chunk<V>(chunk, classes, logits, score);
      }
      hand_out_classes<V>(chunk, mask, classes, logits, sink, score);
      sink.template chunk<V>(rect, row, x, mask, chunk);
    }
  }
};

// Classes next to each other: the block copies a tile's rows to shared memory, a multiple of its threads in pixels.
template <class Type>
struct InterleavedPath {
  using Stored = typename Type::Stored;
  static constexpr int V = Type::kPerVector;
  static constexpr int kPixels = kInterleavedPixels;  // of a thread at once

  // Starts to copy rows of `count` elements, `stride` apart, into a tile. The block takes a long row together, short
  // ones warp by warp. An element lands as many elements after the start of its tile row as the row's first address
  // lies after a multiple of 16.
  static __device__ __forceinline__ void copy_rows(const Stored* from, int64_t stride, int rows, int count,
                                                   Stored* tile, int pitch) {
    const int threads = static_cast<int>(blockDim.x), group = count >= threads * V ? threads : kWarpSize;
    const int first = static_cast<int>(threadIdx.x) % group * V;
    for (int row = static_cast<int>(threadIdx.x) / group; row < rows; row += threads / group) {
      const int shift = shift_of(from + row * stride), end = shift + count;
      const Stored* const source = from + row * stride - shift;  // aligned; the elements before `shift` are not ours
      Stored* const target = tile + row * pitch;
      for (int i = first; i < end; i += group * V) {
        if (i >= shift && i + V <= end) {
          start_copy<16>(target + i, source + i);
          continue;
        }
#pragma unroll 1
        for (int k = i; k < i + V; ++k) {
          if (k >= shift && k < end) target[k] = __ldg(source + k);
        }
      }
    }
  }
  static __device__ __forceinline__ int shift_of(const Stored* from) {
    return static_cast<int>(reinterpret_cast<uintptr_t>(from) % 16 / sizeof(Stored));
  }

  // Threads read rows of `classes` elements: an odd number of 4-byte words has no bank conflicts.
  template <class Sink>
  static __device__ __forceinline__ void run(const ScoreView& view, const Rectangle& rect, bool logits,
                                             unsigned char* dynamic, Sink& sink) {
    Stored* const tile = reinterpret_cast<Stored*>(dynamic);
    const int classes = static_cast<int>(view.c), threads = static_cast<int>(blockDim.x);
    const int tile_pixels = threads * kInterleavedPixels;
    const int tile_columns = rect.columns < tile_pixels ? rect.columns : tile_pixels;
    const int tile_rows = tile_pixels / tile_columns;
    const int pitch = static_cast<int>(interleaved_pitch(tile_columns, classes, V));
    for (int y = 0; y < rect.rows; y += tile_rows) {
      const int rows = rect.rows - y < tile_rows ? rect.rows - y : tile_rows;
      for (int x = 0; x < rect.columns; x += tile_columns) {
        const int columns = rect.columns - x < tile_columns ? rect.columns - x : tile_columns;
        const Stored* const corner = score_address<Type>(view, rect.n, rect.y + y, rect.x + x);
        copy_rows(corner, view.stride_h, rows, columns * classes, tile, pitch);
        wait_for_copies();
        __syncthreads();
        int row[kInterleavedPixels], column[kInterleavedPixels];
        const Stored* scores[kInterleavedPixels];
        unsigned masks[kInterleavedPixels];
#pragma unroll
        for (int k = 0; k < kInterleavedPixels; ++k) {
          const int i = static_cast<int>(threadIdx.x) + k * threads;
          row[k] = i / columns, column[k] = i % columns;
          const bool inside = row[k] < rows;
          const int shift = shift_of(corner + row[k] * view.stride_h);
          scores[k] = inside ? tile + row[k] * pitch + shift + column[k] * classes : tile;
          masks[k] = inside ? sink.live(rect, y + row[k], rect.x + x + column[k], 1u) : 0u;
        }
        Chunk<kInterleavedPixels> both = {};
        if ((masks[0] | masks[1]) != 0) {
          compute_chunk<kInterleavedPixels>(both, classes, logits, [&](int c, float(&value)[kInterleavedPixels]) {
#pragma unroll
            for (int k = 0; k < kInterleavedPixels; ++k) value[k] = Type::widen(scores[k][c]);
          });
        }
#pragma unroll
        for (int k = 0; k < kInterleavedPixels; ++k) {
          const Chunk<1> chunk = both.pixel(k);
          const auto score = [&](int c, float(&value)[1]) { value[0] = Type::widen(scores[k][c]); };
          hand_out_classes<1>(chunk, masks[k], classes, logits, sink, score);
          sink.template chunk<1>(rect, y + row[k], rect.x + x + column[k], masks[k], chunk);
        }
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
