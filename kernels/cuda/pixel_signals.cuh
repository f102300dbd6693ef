// pixel_signals: device body. Contract: assay/kernels/pixel_signals.h.
#ifndef ASSAY_CUDA_PIXEL_SIGNALS_CUH
#define ASSAY_CUDA_PIXEL_SIGNALS_CUH

#include "assay/kernels/pixel_signals.h"
#include "cuda/pixel_maps.cuh"
#include "cuda/read_scores.cuh"

namespace assay::cuda {

// How the dense maps are cut into the blocks' rectangles.
struct PixelTiles {
  int64_t across, down;  // tiles of one image
  int rows, columns;
};

struct PixelSignalsTask {
  ScoreView view;
  PixelTiles tiles;
  MapWriter writer;
  PixelBits done;  // pixels that are neither computed nor counted
  int64_t* nan_pixels;
  bool logits;
};

struct PixelSink {
  static constexpr bool kKnowsProbabilities = false;
  static constexpr bool kKnowsClasses = false;
  const PixelSignalsTask& task;
  unsigned nan_pixels = 0;

  __device__ __forceinline__ int64_t index_of(const Rectangle& rect, int row, int64_t x) const {
    return (rect.n * task.view.h + rect.y + row) * task.view.w + x;
  }
  __device__ __forceinline__ unsigned live(const Rectangle& rect, int row, int64_t x, unsigned mask) const {
    if (task.done.words == nullptr) return mask;
    const int64_t p = index_of(rect, row, x);
    for (int k = 0; k < 8; ++k) {
      if ((mask >> k & 1u) && task.done.get(p + k)) mask &= ~(1u << k);
    }
    return mask;
  }
  template <int V>
  __device__ __forceinline__ void chunk(const Rectangle& rect, int row, int64_t x, unsigned mask,
                                        const Chunk<V>& chunk) {
    task.writer.store<V>(index_of(rect, row, x), mask, chunk);
#pragma unroll
    for (int k = 0; k < V; ++k) nan_pixels += (mask >> k & 1u) && chunk.index[k] == 255u ? 1u : 0u;
  }
};

template <class Type, class Path>
__global__ void __launch_bounds__(128) pixel_signals_kernel(PixelSignalsTask task) {
  ASSAY_DYNAMIC_SHARED(dynamic);
  const int64_t tile = blockIdx.x;
  const int64_t in_image = tile % (task.tiles.across * task.tiles.down);
  Rectangle rect;
  rect.n = tile / (task.tiles.across * task.tiles.down);
  rect.y = in_image / task.tiles.across * task.tiles.rows;
  rect.x = in_image % task.tiles.across * task.tiles.columns;
  rect.rows = static_cast<int>(min_of(task.tiles.rows, task.view.h - rect.y));
  rect.columns = static_cast<int>(min_of(task.tiles.columns, task.view.w - rect.x));
  PixelSink sink = {task};
  Path::run(task.view, rect, task.logits, dynamic, sink);
  add_count(task.nan_pixels, sink.nan_pixels);
}

// A tile is what a block takes in one pass.
inline PixelTiles cut_into_tiles(const ScoreView& view, int64_t pixels_per_pass) {
  PixelTiles tiles;
  tiles.columns = static_cast<int>(min_of(view.w, pixels_per_pass));
  tiles.rows = static_cast<int>(min_of(view.h, pixels_per_pass / tiles.columns));
  tiles.across = ceil_div(view.w, tiles.columns);
  tiles.down = ceil_div(view.h, tiles.rows);
  return tiles;
}

// Computes every pixel whose bit is not set and adds to *nan_pixels.
template <class Queue>
void enqueue_pixels(Queue& queue, const AssayTensor& input, int64_t input_kind, const AssayPixelMaps& maps,
                    PixelBits done, int64_t* nan_pixels) {
  if (input.n == 0 || input.h == 0 || input.w == 0) return;
  const ReadPlan plan = plan_reading(input, 0);
  const ScoreView view = with_joined_rows(view_of(input));
  const PixelTiles tiles = cut_into_tiles(view, plan.pixels_per_pass);
  const PixelSignalsTask task = {view, tiles, map_writer(maps), done, nan_pixels, input_kind == ASSAY_LOGITS};
  Geometry geometry;
  geometry.blocks_x = view.n * tiles.across * tiles.down;
  geometry.threads = plan.threads;
  geometry.dynamic_shared = plan.dynamic_shared;
  dispatch_dtype(input.dtype, [&](auto type) {
    using Type = decltype(type);
    dispatch_path<Type>(plan, [&](auto path) {
      queue.launch("pixel_signals", geometry, pixel_signals_kernel<Type, decltype(path)>, task);
    });
  });
}

template <class Queue>
void enqueue_pixel_signals(Queue& queue, const AssayPixelSignalsArgs& args) {
  queue.fill(args.nan_pixels, 0, 8);
  enqueue_pixels(queue, args.input, args.input_kind, args.maps, PixelBits{nullptr}, args.nan_pixels);
}

}  // namespace assay::cuda

#endif
