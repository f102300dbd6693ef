// Means and label counts of finished maps over rectangles. All sums are integers, so that no order matters.
#ifndef ASSAY_CUDA_MAP_REGIONS_CUH
#define ASSAY_CUDA_MAP_REGIONS_CUH

#include "cuda/block_reduce.cuh"
#include "math/map_regions.h"
#include "math/scalar_ops.h"

namespace assay::cuda {

constexpr unsigned kMapRegionThreads = 256;

struct MapRegionTask {
  math::MapRegions regions;
  unsigned long long* totals;  // [regions, width]: units of each map, then one count per class, then label 255
  int64_t bands;               // blocks of a region

  __host__ __device__ int64_t width() const { return math::MapRegions::kMaps + regions.classes + 1; }
};

// One count per distinct label of a warp. Every lane takes part; those without a pixel have `label` 256.
__device__ __forceinline__ void count_label(unsigned label, unsigned* counts) {
  const unsigned lane = threadIdx.x % kWarpSize;
  const unsigned peers = __match_any_sync(kFullWarp, label);
  if (label < 256u && static_cast<unsigned>(__ffs(static_cast<int>(peers)) - 1) == lane) {
    atomicAdd(&counts[label], static_cast<unsigned>(__popc(peers)));
  }
}

static __global__ void __launch_bounds__(kMapRegionThreads) map_regions_kernel(MapRegionTask task) {
  ASSAY_SHARED(unsigned, counts, [256]);
  ASSAY_SHARED(unsigned long long, partial, [kMapRegionThreads / kWarpSize]);
  const math::MapRegions& r = task.regions;
  const int64_t region = blockIdx.x / task.bands, band = blockIdx.x % task.bands;
  const int64_t n = r.region_nxy[region * 3], x = r.region_nxy[region * 3 + 1], y = r.region_nxy[region * 3 + 2];
  // The host cannot look: a region outside its image reads nothing and gets zeros.
  if (n < 0 || n >= r.n || x < 0 || x + r.region_w > r.w || y < 0 || y + r.region_h > r.h) return;
  counts[threadIdx.x] = 0;
  __syncthreads();
  const int64_t begin = r.region_h * band / task.bands * r.region_w;
  const int64_t end = r.region_h * (band + 1) / task.bands * r.region_w;
  const int64_t origin = (n * r.h + y) * r.w + x;
  unsigned long long units[math::MapRegions::kMaps] = {};
  for (int64_t base = begin; base < end; base += blockDim.x) {
    const int64_t i = base + threadIdx.x;
    const int64_t p = origin + i / r.region_w * r.w + i % r.region_w;
#pragma unroll
    for (int m = 0; m < math::MapRegions::kMaps; ++m) {
      if (i < end && r.means[m] != nullptr) {
        units[m] += static_cast<unsigned>(math::signal_units<math::ScalarOps>(r.maps[m][p]));
      }
    }
    if (r.wants_labels()) count_label(i < end ? r.labels[p] : 256u, counts);
  }
  unsigned long long* const totals = task.totals + region * task.width();
#pragma unroll
  for (int m = 0; m < math::MapRegions::kMaps; ++m) {
    if (r.means[m] == nullptr) continue;
    const unsigned long long sum = block_sum(units[m], partial);
    if (threadIdx.x == 0) atomicAdd(&totals[m], sum);
    __syncthreads();  // `partial` is about to be used again
  }
  __syncthreads();
  const unsigned count = counts[threadIdx.x];
  const int64_t slot = threadIdx.x == 255u ? r.classes : threadIdx.x;
  if (count != 0 && slot <= r.classes) {
    atomicAdd(&totals[math::MapRegions::kMaps + slot], static_cast<unsigned long long>(count));
  }
}

// One warp per region turns its totals into outputs.
static __global__ void __launch_bounds__(128) map_regions_finish_kernel(MapRegionTask task) {
  const math::MapRegions& r = task.regions;
  const int64_t region = (static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x) / kWarpSize;
  if (region >= r.regions) return;
  const unsigned long long* const totals = task.totals + region * task.width();
  const unsigned long long* const counts = totals + math::MapRegions::kMaps;
  const int lane = static_cast<int>(threadIdx.x % kWarpSize);
#pragma unroll
  for (int m = 0; m < math::MapRegions::kMaps; ++m) {
    if (lane == m && r.means[m] != nullptr) {
      r.means[m][region] = math::mean_of_units(totals[m], math::kSignalUnit, r.region_pixels());
    }
  }
  for (int64_t c = lane; r.histogram != nullptr && c < r.classes; c += kWarpSize) {
    r.histogram[region * r.classes + c] = static_cast<int32_t>(counts[c]);
  }
  if (lane == 0 && r.ones != nullptr) r.ones[region] = math::mean_of_units(counts[1], 1.0, r.region_pixels());
  if (lane == 0 && r.nan_pixels != nullptr) r.nan_pixels[region] = static_cast<int32_t>(counts[r.classes]);
}

// Fills the wanted outputs. Few regions are cut into bands of rows, so that the device has enough blocks.
template <class Queue>
void enqueue_map_regions(Queue& queue, const math::MapRegions& regions) {
  if (regions.regions == 0) return;
  MapRegionTask task = {regions, nullptr, 1};
  task.bands = max_of(1, min_of(regions.region_h, ceil_div(queue.processors() * 4, regions.regions)));
  const int64_t bytes = regions.regions * task.width() * 8;
  task.totals = static_cast<unsigned long long*>(queue.scratch(bytes));
  queue.fill(task.totals, 0, bytes);
  Geometry geometry;
  geometry.threads = kMapRegionThreads;
  geometry.blocks_x = regions.regions * task.bands;
  queue.launch("map_regions", geometry, map_regions_kernel, task);
  Geometry finish;
  finish.threads = 128;
  finish.blocks_x = ceil_div(regions.regions * kWarpSize, finish.threads);
  queue.launch("map_regions_finish", finish, map_regions_finish_kernel, task);
}

}  // namespace assay::cuda

#endif
