// Readers for kernels that look at several predictions of the same pixels. A thread owns a chunk of V neighbouring
// pixels of a row; a reader brings it their scores, prediction by prediction:
//   begin(view, tiles, place, n)   called by every thread of the block: image n of the view is next
//   read(c, x)                     class c of the chunk's pixels
//   keep(c, x)                     where kKeepsFloats: read(c) gives these from now on
// A mirrored reader brings pixel w - 1 - x instead of x. Its chunks must be whole: V is 1 or divides w.
#ifndef ASSAY_CUDA_PIXEL_READERS_CUH
#define ASSAY_CUDA_PIXEL_READERS_CUH

#include "cuda/read_scores.cuh"

namespace assay::cuda {

// How images are cut into the blocks' tiles: rows x columns chunks, at most one per thread.
struct ChunkTiles {
  int64_t across, down;  // tiles of one image
  int rows, columns;
};

inline ChunkTiles cut_into_chunks(int64_t h, int64_t w, unsigned threads, int64_t chunk) {
  ChunkTiles tiles;
  const int64_t chunks = ceil_div(w, chunk);
  tiles.columns = static_cast<int>(min_of(chunks, threads));
  tiles.rows = static_cast<int>(min_of(h, threads / static_cast<unsigned>(tiles.columns)));
  tiles.across = ceil_div(chunks, tiles.columns);
  tiles.down = ceil_div(h, tiles.rows);
  return tiles;
}

// A thread's chunk: pixels [x, x + V) of row y, of which those in `mask` exist.
struct ChunkPlace {
  int64_t image, y, x;
  int64_t tile_y, tile_x;  // the tile's first pixel
  unsigned mask;
};

template <int V>
__device__ __forceinline__ ChunkPlace chunk_place(const ChunkTiles& tiles, int64_t h, int64_t w) {
  const int64_t in_image = blockIdx.x % (tiles.across * tiles.down);
  const int row = static_cast<int>(threadIdx.x) / tiles.columns, column = static_cast<int>(threadIdx.x) % tiles.columns;
  ChunkPlace place;
  place.image = blockIdx.x / (tiles.across * tiles.down);
  place.tile_y = in_image / tiles.across * tiles.rows;
  place.tile_x = in_image % tiles.across * tiles.columns * V;
  place.y = place.tile_y + row;
  place.x = place.tile_x + int64_t{column} * V;
  const int64_t left = row < tiles.rows && place.y < h ? w - place.x : 0;
  place.mask = left >= V ? (1u << V) - 1u : left > 0 ? (1u << left) - 1u : 0u;
  return place;
}

// Keeps a chunk's scores in the thread's own column of shared memory.
template <class Type, int kPixels, bool kMirrored>
struct ColumnReader {
  using Scores = Pack<Type, kPixels>;
  static constexpr int V = kPixels;
  static constexpr bool kKeepsFloats = Type::kPerVector == 4;

  ScoreColumn<Type, V> column;

  static int64_t bytes_per_thread(int64_t classes) { return classes * static_cast<int64_t>(sizeof(Scores)); }

  __device__ __forceinline__ explicit ColumnReader(unsigned char* shared) : column(shared) {}

  __device__ __forceinline__ void begin(const ScoreView& view, const ChunkTiles&, const ChunkPlace& place, int64_t n) {
    if (place.mask == 0) return;
    const int64_t x = kMirrored ? view.w - V - place.x : place.x;
    column.fill(score_address<Type>(view, n, place.y, x), view.stride_c, static_cast<int>(view.c), place.mask,
                x + V <= view.w);
  }
  __device__ __forceinline__ void read(int c, float (&x)[V]) const { column.template read<kMirrored>(c, x); }
  __device__ __forceinline__ void keep(int c, const float (&x)[V]) {
    static_assert(kKeepsFloats && !kMirrored, "a column of halves has no room for floats");
    if constexpr (V == 4) {
      column.at(c).v =
          make_uint4(__float_as_uint(x[0]), __float_as_uint(x[1]), __float_as_uint(x[2]), __float_as_uint(x[3]));
    } else {
      column.at(c).v = __float_as_uint(x[0]);
    }
  }
};

// For more classes than shared memory holds: reads every score as often as it is looked at, mostly from a cache.
template <class Type, bool kMirrored>
struct DirectReader {
  static constexpr int V = 1;
  static constexpr bool kKeepsFloats = false;

  const typename Type::Stored* at;
  int64_t stride_c;

  static int64_t bytes_per_thread(int64_t) { return 0; }

  __device__ __forceinline__ explicit DirectReader(unsigned char*) {}

  __device__ __forceinline__ void begin(const ScoreView& view, const ChunkTiles&, const ChunkPlace& place, int64_t n) {
    at = score_address<Type>(view, n, place.y, kMirrored ? view.w - 1 - place.x : place.x);
    stride_c = view.stride_c;
  }
  __device__ __forceinline__ void read(int c, float (&x)[1]) const { x[0] = Type::widen(__ldg(at + c * stride_c)); }
};

// Classes next to each other: the block copies its tile's rows to shared memory with 16-byte loads.
template <class Type, bool kMirrored>
struct TileReader {
  using Stored = typename Type::Stored;
  static constexpr int V = 1;
  static constexpr bool kKeepsFloats = false;

  Stored* tile;
  const Stored* scores;

  // Up to one row per pixel, each with its own misalignment.
  static int64_t bytes_per_thread(int64_t classes) {
    return ceil_div(classes * static_cast<int64_t>(sizeof(Stored)) + 32, 16) * 16;
  }

  __device__ __forceinline__ explicit TileReader(unsigned char* shared) : tile(reinterpret_cast<Stored*>(shared)) {}

  __device__ __forceinline__ void begin(const ScoreView& view, const ChunkTiles& tiles, const ChunkPlace& place,
                                        int64_t n) {
    const int classes = static_cast<int>(view.c);
    const int columns = static_cast<int>(min_of(tiles.columns, view.w - place.tile_x));
    const int rows = static_cast<int>(min_of(tiles.rows, view.h - place.tile_y));
    const int pitch = static_cast<int>(interleaved_pitch(tiles.columns, classes, Type::kPerVector));
    const int64_t x = kMirrored ? view.w - place.tile_x - columns : place.tile_x;
    __syncthreads();  // the prediction before may still be looked at
    InterleavedPath<Type>::copy_rows(score_address<Type>(view, n, place.tile_y, x), view.stride_h, rows,
                                     columns * classes, tile, pitch);
    wait_for_copies();
    __syncthreads();
    if (place.mask == 0) return;
    const Stored* const from = score_address<Type>(view, n, place.y, x);
    const int shift = InterleavedPath<Type>::shift_of(from);
    const int column = static_cast<int>(place.x - place.tile_x);
    scores = tile + (place.y - place.tile_y) * pitch + shift + (kMirrored ? columns - 1 - column : column) * classes;
  }
  __device__ __forceinline__ void read(int c, float (&x)[1]) const { x[0] = Type::widen(scores[c]); }
};

// The first look at a chunk's scores. Probabilities are done with; logits want exponentials of what is kept.
template <int V>
struct PredictionLook {
  math::Largest<Ops> largest[V];
  math::ExpSums<Ops> sums[V];  // s stays 1 for probabilities, whose sum of p ln p is t
  bool bad[V];

  template <class Reader>
  __device__ __forceinline__ void read(Reader& reader, int classes, bool logits) {
#pragma unroll
    for (int k = 0; k < V; ++k) {
      largest[k] = math::largest_start<Ops>();
      sums[k] = {logits ? 0.0f : 1.0f, 0.0f};
      bad[k] = false;
    }
    if (!logits) return read_probabilities(reader, classes);
#pragma unroll 8
    for (int c = 0; c < classes; ++c) {
      float x[V];
      reader.read(c, x);
#pragma unroll
      for (int k = 0; k < V; ++k) math::largest_add<Ops>(largest[k], x[k], static_cast<float>(c));
    }
  }

  // What the scores say, once the sums of logits are complete.
  __device__ __forceinline__ math::PixelSignals<Ops> signals(int k, bool logits) const {
    return logits ? math::pass_of_logits<Ops>(largest[k], sums[k])
                  : math::pass_of_probabilities<Ops>(largest[k], sums[k].t, bad[k]);
  }

 private:
  template <class Reader>
  __device__ __forceinline__ void read_probabilities(Reader& reader, int classes) {
#pragma unroll 1
    for (int c = 0; c < classes; ++c) {
      float x[V];
      reader.read(c, x);
#pragma unroll
      for (int k = 0; k < V; ++k) {
        math::largest_add<Ops>(largest[k], x[k], static_cast<float>(c));
        sums[k].t = Ops::add(sums[k].t, math::x_log_x<Ops>(x[k]));
        bad[k] = Ops::or_mask(bad[k], math::is_no_probability<Ops>(x[k]));
      }
    }
  }
};

// V floats of a dense map from index p on; as one vector where that is aligned and whole.
template <int V>
__device__ __forceinline__ void load_map(const float* map, int64_t p, unsigned mask, bool vectors, float (&values)[V]) {
  if constexpr (V > 1) {
    if (vectors && mask == (1u << V) - 1u) {
#pragma unroll
      for (int k = 0; k < V; k += 4) {
        const float4 four = *reinterpret_cast<const float4*>(map + p + k);
        values[k] = four.x, values[k + 1] = four.y, values[k + 2] = four.z, values[k + 3] = four.w;
      }
      return;
    }
  }
#pragma unroll
  for (int k = 0; k < V; ++k) values[k] = mask >> k & 1u ? map[p + k] : 0.0f;
}

template <int V>
__device__ __forceinline__ void store_map(float* map, int64_t p, unsigned mask, bool vectors,
                                          const float (&values)[V]) {
  if (map == nullptr) return;
  if constexpr (V > 1) {
    if (vectors && mask == (1u << V) - 1u) {
#pragma unroll
      for (int k = 0; k < V; k += 4) {
        *reinterpret_cast<float4*>(map + p + k) = make_float4(values[k], values[k + 1], values[k + 2], values[k + 3]);
      }
      return;
    }
  }
#pragma unroll
  for (int k = 0; k < V; ++k) {
    if (mask >> k & 1u) map[p + k] = values[k];
  }
}

template <int V>
__device__ __forceinline__ void store_labels(uint8_t* map, int64_t p, unsigned mask, const float (&labels)[V]) {
  if (map == nullptr) return;
#pragma unroll
  for (int k = 0; k < V; ++k) {
    if (mask >> k & 1u) map[p + k] = static_cast<uint8_t>(labels[k]);
  }
}

// The largest block of whole warps whose shared memory suffices; 0 when one warp is too many.
inline unsigned block_threads(int64_t bytes_per_thread) {
  unsigned threads = 128;
  while (threads >= kWarpSize && threads * bytes_per_thread > kSharedBytes) threads /= 2;
  return threads >= kWarpSize ? threads : 0;
}

inline bool interleaved(const AssayTensor& t) { return t.c > 1 && t.stride_c == 1 && t.stride_w == t.c; }

}  // namespace assay::cuda

#endif
