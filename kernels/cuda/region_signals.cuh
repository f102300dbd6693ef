// region_signals: device bodies. Contract: assay/kernels/region_signals.h.
//
// A region is cut into parts of whole pooling cells, one block each. A block walks its part in strips: it reads a
// strip's scores once, keeps the entropies in shared memory, and pools them into cells. All sums are integers, so that
// no order matters. Parts leave their totals in scratch, which a second launch adds up; a region of one part needs
// neither. Sums by predicted class take the way of class_sums.cuh.
#ifndef ASSAY_CUDA_REGION_SIGNALS_CUH
#define ASSAY_CUDA_REGION_SIGNALS_CUH

#include "assay/kernels/region_signals.h"
#include "cuda/block_reduce.cuh"
#include "cuda/class_sums.cuh"
#include "cuda/pixel_maps.cuh"
#include "cuda/pixel_signals.cuh"
#include "cuda/read_scores.cuh"
#include "cuda/region_task.cuh"

namespace assay::cuda {

constexpr int64_t kPartPixels = 2048;

// kClasses: sums by predicted class are wanted.
template <bool kClasses>
struct RegionSink {
  static constexpr bool kKnowsProbabilities = true;
  static constexpr bool kKnowsClasses = kClasses;
  const RegionTask& task;
  RegionShared& shared;
  unsigned long long* class_sums;
  unsigned long long entropy = 0, margin = 0, least_confidence = 0;
  unsigned bad_pixels = 0, new_bad_pixels = 0;

  __device__ __forceinline__ unsigned live(const Rectangle&, int, int64_t, unsigned mask) const { return mask; }
  __device__ __forceinline__ bool wants_probabilities() const { return task.probabilities; }

  template <int V>
  __device__ __forceinline__ void chunk(const Rectangle& strip, int row, int64_t x, unsigned mask,
                                        const Chunk<V>& chunk) {
    const int64_t p = (strip.n * task.view.h + strip.y + row) * task.view.w + x;
    if (task.maps) task.writer.store<V>(p, mask, chunk);
    const int at = row * strip.columns + static_cast<int>(x - strip.x);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (!(mask >> k & 1u)) continue;
      if (task.cells) shared.entropy[at + k] = chunk.entropy[k];
      entropy += static_cast<unsigned>(math::signal_units<Ops>(chunk.entropy[k]));
      margin += static_cast<unsigned>(math::signal_units<Ops>(chunk.margin[k]));
      least_confidence += static_cast<unsigned>(math::signal_units<Ops>(chunk.least_confidence[k]));
      if (chunk.index[k] == 255u) {
        ++bad_pixels;
        if (!task.maps || task.bad.set_first(p + k)) ++new_bad_pixels;
      }
    }
    if (task.args.class_histogram != nullptr) count_classes<V>(mask, chunk);
  }

  template <int V, class Score>
  __device__ __forceinline__ void classes(unsigned mask, const Chunk<V>& chunk, bool logits, Score&& score) const {
    add_class_sums<V>(task.classes, class_sums, chunk, mask, logits, score);
  }

  __device__ __forceinline__ void probability(int c, unsigned units) {
    // 8 pixels per lane of at most 2^23 units: a warp's sum fits 32 bits.
    const unsigned sum = warp_sum(units);
    if (threadIdx.x % kWarpSize == 0 && sum != 0)
      atomicAdd(&shared.probability[c], static_cast<unsigned long long>(sum));
  }

 private:
  // Labels are skewed: lanes whose pixels all have one class are added once per class of the warp.
  template <int V>
  __device__ __forceinline__ void count_classes(unsigned mask, const Chunk<V>& chunk) {
    unsigned label = 256;
    bool uniform = true;
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (!(mask >> k & 1u)) continue;
      uniform = uniform && (label == 256 || label == chunk.index[k]);
      label = chunk.index[k];
    }
    const unsigned lane = threadIdx.x % kWarpSize, count = static_cast<unsigned>(__popc(mask));
    const bool joins = uniform && mask != 0;
    const unsigned peers = __match_any_sync(kFullWarp, joins ? label << 4 | count : 1u << 16 | lane);
    if (joins) {
      if (label != 255u && static_cast<unsigned>(__ffs(static_cast<int>(peers)) - 1) == lane) {
        atomicAdd(&shared.histogram[label], static_cast<unsigned>(__popc(peers)) * count);
      }
      return;
    }
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if ((mask >> k & 1u) && chunk.index[k] != 255u) atomicAdd(&shared.histogram[chunk.index[k]], 1u);
    }
  }
};

// Rows or columns [begin, end) of a region; cells [first_cell, end_cell) start in them.
struct PartRange {
  int64_t begin, end;
  int first_cell, end_cell;
};

__device__ __forceinline__ PartRange part_range(int part, int parts, int64_t side, bool by_cells) {
  if (!by_cells) return {part * side / parts, (part + 1) * side / parts, 0, 0};
  const int cells = kCells / parts;
  const int64_t window = side / kCells;
  // The last part takes what lies beyond the eighth window.
  return {part * cells * window, part == parts - 1 ? side : (part + 1) * cells * window, part * cells,
          (part + 1) * cells};
}

// Pools a strip's entropies; a cell always belongs to the same warp, so that its totals need no atomics.
__device__ __forceinline__ void pool_strip(const RegionTask& task, const Rectangle& strip, int64_t strip_row,
                                           int64_t strip_column, const PartRange& rows, const PartRange& columns,
                                           RegionShared& shared) {
  const int window_h = static_cast<int>(task.args.region_h / kCells),
            window_w = static_cast<int>(task.args.region_w / kCells);
  const int warps = static_cast<int>(blockDim.x / kWarpSize), warp = static_cast<int>(threadIdx.x / kWarpSize);
  const int lane = static_cast<int>(threadIdx.x % kWarpSize), across = columns.end_cell - columns.first_cell;
  for (int i = warp; i < (rows.end_cell - rows.first_cell) * across; i += warps) {
    const int cell_y = rows.first_cell + i / across, cell_x = columns.first_cell + i % across;
    // The cell's pixels in this strip, relative to the strip.
    const int top = static_cast<int>(max_of(int64_t{cell_y} * window_h - strip_row, 0));
    const int bottom = static_cast<int>(min_of(int64_t{cell_y + 1} * window_h - strip_row, strip.rows));
    const int left = static_cast<int>(max_of(int64_t{cell_x} * window_w - strip_column, 0));
    const int right = static_cast<int>(min_of(int64_t{cell_x + 1} * window_w - strip_column, strip.columns));
    if (top >= bottom || left >= right) continue;
    unsigned lowest = 0xffffffffu, highest = 0;
    unsigned long long sum = 0;
    for (int k = lane; k < (bottom - top) * (right - left); k += kWarpSize) {
      const float entropy = shared.entropy[(top + k / (right - left)) * strip.columns + left + k % (right - left)];
      const unsigned bits = __float_as_uint(entropy);
      lowest = bits < lowest ? bits : lowest;
      highest = bits > highest ? bits : highest;
      sum += static_cast<unsigned>(math::signal_units<Ops>(entropy));
    }
    lowest = warp_min(lowest);
    highest = warp_max(highest);
    sum = warp_sum(sum);
    if (lane == 0) {
      const int cell = cell_y * kCells + cell_x;
      if (lowest < shared.cell_min[cell]) shared.cell_min[cell] = lowest;
      if (highest > shared.cell_max[cell]) shared.cell_max[cell] = highest;
      shared.cell_sum[cell] += sum;
    }
  }
}

// Remembers that the part's pixels have been written.
__device__ __forceinline__ void mark_done(const RegionTask& task, const Rectangle& part) {
  const int64_t first = (part.n * task.view.h + part.y) * task.view.w + part.x;
  const int64_t words = ceil_div(part.columns, 32) + 1;  // a row may start and end inside words
  for (int64_t i = threadIdx.x; i < part.rows * words; i += blockDim.x) {
    const int64_t p = first + i / words * task.view.w, word = p / 32 + i % words;
    if (word * 32 < p + part.columns) task.done.set_in_word(word, p, part.columns);
  }
}

__device__ __forceinline__ void clear_shared(const RegionTask& task, bool exists, RegionShared& shared) {
  for (int i = static_cast<int>(threadIdx.x); i < kCells * kCells; i += static_cast<int>(blockDim.x)) {
    shared.cell_min[i] = exists ? 0xffffffffu : 0;
    shared.cell_max[i] = 0;
    shared.cell_sum[i] = 0;
  }
  for (int i = static_cast<int>(threadIdx.x); i < static_cast<int>(task.view.c); i += static_cast<int>(blockDim.x)) {
    shared.histogram[i] = 0;
    shared.probability[i] = 0;
  }
  if (threadIdx.x < kScalarTotals) shared.scalars[threadIdx.x] = 0;
}

__device__ __forceinline__ void store_cells(const RegionTask& task, int64_t region, const PartRange& rows,
                                            const PartRange& columns, const RegionShared& shared) {
  const AssayRegionSignalsArgs& args = task.args;
  const int across = columns.end_cell - columns.first_cell;
  const int64_t pixels = (args.region_w / kCells) * (args.region_h / kCells);
  for (int i = static_cast<int>(threadIdx.x); i < (rows.end_cell - rows.first_cell) * across;
       i += static_cast<int>(blockDim.x)) {
    const int cell = (rows.first_cell + i / across) * kCells + columns.first_cell + i % across;
    const int64_t out = region * kCells * kCells + cell;
    if (args.entropy_min != nullptr) args.entropy_min[out] = __uint_as_float(shared.cell_min[cell]);
    if (args.entropy_max != nullptr) args.entropy_max[out] = __uint_as_float(shared.cell_max[cell]);
    if (args.entropy_avg != nullptr) {
      args.entropy_avg[out] = math::mean_of_units(shared.cell_sum[cell], math::kSignalUnit, pixels);
    }
  }
}

__device__ __forceinline__ void store_totals(const RegionTask& task, int64_t region, const RegionShared& shared) {
  const int64_t classes = task.view.c;
  const int64_t part = blockIdx.x % static_cast<unsigned>(task.parts_down * task.parts_across);
  for (int64_t k = threadIdx.x; k < task.width(); k += blockDim.x) {
    const unsigned long long total = k < kScalarTotals             ? shared.scalars[k]
                                     : k < kScalarTotals + classes ? shared.histogram[k - kScalarTotals]
                                                                   : shared.probability[k - kScalarTotals - classes];
    if (task.totals == nullptr) {
      store_total(task, region, k, total);
    } else {
      task.totals[(region * task.parts_down * task.parts_across + part) * task.width() + k] = total;
    }
  }
}

template <class Sink>
__device__ __forceinline__ void add_scalars(const Sink& sink, RegionShared& shared) {
  const unsigned long long values[kScalarTotals] = {warp_sum(sink.entropy), warp_sum(sink.margin),
                                                    warp_sum(sink.least_confidence),
                                                    warp_sum(static_cast<unsigned long long>(sink.bad_pixels))};
  if (threadIdx.x % kWarpSize != 0) return;
#pragma unroll
  for (int i = 0; i < kScalarTotals; ++i) atomicAdd(&shared.scalars[i], values[i]);
}

struct Corner {
  int64_t n, x, y;
};
__device__ __forceinline__ Corner corner_of(const RegionTask& task, int64_t region) {
  const int32_t* const nxy = task.args.region_nxy;
  if (nxy == nullptr) return {region, 0, 0};  // whole images
  return {nxy[region * 3], nxy[region * 3 + 1], nxy[region * 3 + 2]};
}

// Is the region inside its image? The host cannot look; a region that is not reads nothing and gets zeros.
__device__ __forceinline__ bool inside(const RegionTask& task, const Corner& at) {
  return at.n >= 0 && at.n < task.view.n && at.x >= 0 && at.x + task.args.region_w <= task.view.w && at.y >= 0 &&
         at.y + task.args.region_h <= task.view.h;
}

// Four blocks of 128 threads may use 128 registers each, three 168: nothing spills. Sums by class need more.
template <class Type, class Path, bool kClasses>
__global__ void __launch_bounds__(128, kClasses             ? 2
                                       : Path::kPixels == 8 ? 3
                                                            : 4) region_signals_kernel(RegionTask task) {
  ASSAY_DYNAMIC_SHARED(dynamic);
  ASSAY_SHARED(RegionShared, shared, [1]);
  const int parts = task.parts_down * task.parts_across;
  const int64_t region = blockIdx.x / static_cast<unsigned>(parts);
  const int part = static_cast<int>(blockIdx.x % static_cast<unsigned>(parts));
  const PartRange rows = part_range(part / task.parts_across, task.parts_down, task.args.region_h, task.cells);
  const PartRange columns = part_range(part % task.parts_across, task.parts_across, task.args.region_w, task.cells);
  const Corner at = corner_of(task, region);
  const bool exists = inside(task, at);
  unsigned long long* class_sums = nullptr;
  if constexpr (kClasses) {
    class_sums = task.classes.global + region * task.classes.count();
    if (task.classes.shared_at >= 0) {
      class_sums = reinterpret_cast<unsigned long long*>(dynamic + task.classes.shared_at);
      clear_class_sums(task.classes, class_sums);
    }
  }
  clear_shared(task, exists, shared[0]);
  __syncthreads();

  RegionSink<kClasses> sink = {task, shared[0], class_sums};
  const int64_t strip_columns = min_of(columns.end - columns.begin, kStripPixels);
  const int64_t strip_rows = kStripPixels / strip_columns;
  for (int64_t column = columns.begin; exists && column < columns.end; column += strip_columns) {
    for (int64_t row = rows.begin; row < rows.end; row += strip_rows) {
      const Rectangle strip = {at.n, at.y + row, at.x + column, static_cast<int>(min_of(strip_rows, rows.end - row)),
                               static_cast<int>(min_of(strip_columns, columns.end - column))};
      if (task.maps) mark_done(task, strip);
      Path::run(task.view, strip, task.logits, dynamic, sink);
      if (!task.cells) continue;
      __syncthreads();
      pool_strip(task, strip, row, column, rows, columns, shared[0]);
      __syncthreads();  // the next strip overwrites the entropies
    }
  }
  add_scalars(sink, shared[0]);
  add_count(task.args.nan_pixels, sink.new_bad_pixels);
  __syncthreads();
  if (task.cells) store_cells(task, region, rows, columns, shared[0]);
  if (task.wants_totals()) store_totals(task, region, shared[0]);
  if constexpr (kClasses) {
    if (task.classes.shared_at >= 0) {
      flush_class_sums(task.classes, class_sums, task.classes.global + region * task.classes.count());
    }
  }
}

// One warp per region adds the totals of its parts.
static __global__ void __launch_bounds__(128) region_totals_kernel(RegionTask task) {
  const int64_t region = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kWarpSize;
  if (region >= task.args.regions) return;
  const int64_t parts = task.parts_down * task.parts_across, width = task.width();
  for (int64_t k = threadIdx.x % kWarpSize; k < width; k += kWarpSize) {
    unsigned long long total = 0;
    for (int64_t part = 0; part < parts; ++part) total += task.totals[(region * parts + part) * width + k];
    store_total(task, region, k, total);
  }
}

// Cuts a region in two until a part is about kPartPixels: rows first, for rows are read contiguously. Parts consist of
// whole cells, and there are few of them to add up, unless nobody wants cells or totals.
inline void cut_into_parts(RegionTask& task) {
  const int64_t w = task.args.region_w, h = task.args.region_h;
  const bool freely = !task.cells && !task.wants_totals();
  const int64_t most_down = freely ? h : h >= kCells ? kCells : 1, most_across = freely ? w : w >= kCells ? kCells : 1;
  task.parts_down = task.parts_across = 1;
  const auto part_pixels = [&] { return w * h / task.parts_down / task.parts_across; };
  while (part_pixels() > kPartPixels && 2 * task.parts_down <= most_down) task.parts_down *= 2;
  while (part_pixels() > kPartPixels && 2 * task.parts_across <= most_across) task.parts_across *= 2;
}

template <class Queue>
void launch_regions(Queue& queue, RegionTask task) {
  const int64_t class_bytes = shared_class_sums(task.classes);
  const ReadPlan plan = plan_reading(task.args.input, static_cast<int64_t>(sizeof(RegionShared)) + class_bytes);
  if (class_bytes > 0) task.classes.shared_at = plan.dynamic_shared;
  const int64_t parts = int64_t{task.parts_down} * task.parts_across;
  Geometry geometry;
  geometry.blocks_x = task.args.regions * parts;
  geometry.threads = plan.threads;
  geometry.dynamic_shared = plan.dynamic_shared + class_bytes;
  dispatch_dtype(task.args.input.dtype, [&](auto type) {
    using Type = decltype(type);
    dispatch_path<Type>(plan, [&](auto path) {
      if (task.classes.global != nullptr) {
        queue.launch("region_signals", geometry, region_signals_kernel<Type, decltype(path), true>, task);
      } else {
        queue.launch("region_signals", geometry, region_signals_kernel<Type, decltype(path), false>, task);
      }
    });
  });
  write_class_sums(queue, task.classes, task.args.regions);
  if (task.totals == nullptr) return;
  Geometry totals;
  totals.threads = 128;
  totals.blocks_x = ceil_div(task.args.regions * kWarpSize, totals.threads);
  queue.launch("region_totals", totals, region_totals_kernel, task);
}

// Everything of args, and what else is wanted by class. args.region_nxy may be null: whole images.
template <class Queue>
void enqueue_regions(Queue& queue, const AssayRegionSignalsArgs& args, const ClassOutputs& class_outputs) {
  queue.fill(args.nan_pixels, 0, 8);
  RegionTask task = {};
  task.args = args;
  task.view = view_of(args.input);
  task.writer = map_writer(args.maps);
  task.cells = args.entropy_min != nullptr || args.entropy_avg != nullptr || args.entropy_max != nullptr;
  task.probabilities = args.probability_mean != nullptr;
  task.maps = any_map(args.maps);
  task.logits = args.input_kind == ASSAY_LOGITS;
  cut_into_parts(task);
  const int64_t words = ceil_div(args.input.n * args.input.h * args.input.w, 32);
  if (task.maps && words > 0) {
    auto* const bits = static_cast<unsigned*>(queue.scratch(words * 8));
    queue.fill(bits, 0, words * 8);
    task.done.words = bits;
    task.bad.words = bits == nullptr ? nullptr : bits + words;
  }
  if (args.regions > 0) {
    const int64_t parts = task.parts_down * task.parts_across;
    if (parts > 1 && task.wants_totals()) {
      task.totals = static_cast<unsigned long long*>(queue.scratch(args.regions * parts * task.width() * 8));
    }
    task.classes = start_class_sums(queue, class_outputs, args.regions, task.view.c);
    launch_regions(queue, task);
  }
  // Maps cover the whole tensor: what no region covers comes now.
  if (task.maps) enqueue_pixels(queue, args.input, args.input_kind, args.maps, task.done, args.nan_pixels);
}

template <class Queue>
void enqueue_region_signals(Queue& queue, const AssayRegionSignalsArgs& args) {
  enqueue_regions(queue, args, {args.context_mixture, args.entropy_by_class, args.margin_by_class, nullptr, nullptr});
}

}  // namespace assay::cuda

#endif
