// bald: device body. Contract: assay/kernels/bald.h.
//
// A thread owns a chunk of pixels and walks all their passes; the running sums lie in its own column of shared memory
// and leave it once, at the end.
#ifndef ASSAY_CUDA_BALD_CUH
#define ASSAY_CUDA_BALD_CUH

#include "assay/kernels/bald.h"
#include "cuda/map_regions.cuh"
#include "cuda/pixel_maps.cuh"
#include "cuda/pixel_readers.cuh"

namespace assay::cuda {

struct BaldTask {
  AssayBaldArgs args;
  ScoreView view;  // n passes; rows joined where they follow each other
  AssayBaldMaps maps;
  ChunkTiles tiles;
  int64_t sums_offset;  // of the sums in dynamic shared memory
  float one_over_passes;
  bool logits, vectors;  // vectors: sums and maps may be read and written in 16-byte vectors

  __host__ __device__ int64_t plane() const { return view.h * view.w; }
};

// A thread's column of running sums: V floats for each class.
template <int V>
struct SumColumn {
  float* column;

  __device__ __forceinline__ float* at(int c) const { return column + c * static_cast<int>(blockDim.x) * V; }
  __device__ __forceinline__ void load(int c, float (&sum)[V]) const { load_map<V>(at(c), 0, kAll, true, sum); }
  __device__ __forceinline__ void store(int c, const float (&sum)[V]) const { store_map<V>(at(c), 0, kAll, true, sum); }

 private:
  static constexpr unsigned kAll = (1u << V) - 1u;
};

// Adds one pass of a chunk to its sums.
template <class Reader, int V = Reader::V>
__device__ __forceinline__ void add_pass(Reader& reader, int classes, bool logits, const SumColumn<V>& sums,
                                         float (&entropy)[V]) {
  PredictionLook<V> look;
  look.read(reader, classes, logits);
#pragma unroll 2
  for (int c = 0; logits && c < classes; ++c) {
    float x[V];
    reader.read(c, x);
#pragma unroll
    for (int k = 0; k < V; ++k) x[k] = math::exp_sums_add<Ops>(look.sums[k], x[k], look.largest[k].score);
    if constexpr (Reader::kKeepsFloats) reader.keep(c, x);
  }
  float scale[V];
#pragma unroll
  for (int k = 0; k < V; ++k) {
    const math::PixelSignals<Ops> pass = look.signals(k, logits);
    entropy[k] = Ops::add(entropy[k], math::entropy_of_pass<Ops>(pass));
    scale[k] = pass.scale;
  }
#pragma unroll 2
  for (int c = 0; c < classes; ++c) {
    float x[V], sum[V];
    reader.read(c, x);
    sums.load(c, sum);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      if (!Reader::kKeepsFloats && logits) {
        x[k] = math::exp_nonpositive<Ops>(math::clamp_exponent<Ops>(Ops::sub(x[k], look.largest[k].score)));
      }
      sum[k] = Ops::fma(x[k], scale[k], sum[k]);
    }
    sums.store(c, sum);
  }
}

template <int V>
__device__ __forceinline__ void start_sums(const BaldTask& task, int64_t p, unsigned mask, const SumColumn<V>& sums,
                                           float (&entropy)[V]) {
#pragma unroll
  for (int k = 0; k < V; ++k) entropy[k] = 0.0f;
  const bool add = task.args.passes_before > 0;
  if (add) load_map<V>(task.args.entropy_sum, p, mask, task.vectors, entropy);
#pragma unroll 4
  for (int c = 0; c < static_cast<int>(task.view.c); ++c) {
    float sum[V] = {};
    if (add) load_map<V>(task.args.probability_sum + c * task.plane(), p, mask, task.vectors, sum);
    sums.store(c, sum);
  }
}

template <int V>
__device__ __forceinline__ void keep_sums(const BaldTask& task, int64_t p, unsigned mask, const SumColumn<V>& sums,
                                          const float (&entropy)[V]) {
  float stored[V];
#pragma unroll
  for (int k = 0; k < V; ++k) stored[k] = math::stored_entropy_sum<Ops>(entropy[k]);
  store_map<V>(task.args.entropy_sum, p, mask, task.vectors, stored);
  for (int c = 0; c < static_cast<int>(task.view.c); ++c) {
    sums.load(c, stored);
#pragma unroll
    for (int k = 0; k < V; ++k) stored[k] = math::stored_probability_sum<Ops>(stored[k], entropy[k]);
    store_map<V>(task.args.probability_sum + c * task.plane(), p, mask, task.vectors, stored);
  }
}

template <int V>
__device__ __forceinline__ void write_maps(const BaldTask& task, int64_t p, unsigned mask, const SumColumn<V>& sums,
                                           const float (&entropy)[V]) {
  math::MeanDistribution<Ops> mean[V];
#pragma unroll
  for (int k = 0; k < V; ++k) mean[k] = math::mean_distribution_start<Ops>();
  for (int c = 0; c < static_cast<int>(task.view.c); ++c) {
    float sum[V];
    sums.load(c, sum);
#pragma unroll
    for (int k = 0; k < V; ++k) {
      math::mean_distribution_add<Ops>(mean[k], sum[k], task.one_over_passes, static_cast<float>(c));
    }
  }
  float information[V], predictive[V], expected[V], label[V];
#pragma unroll
  for (int k = 0; k < V; ++k) {
    const math::Information<Ops> info = math::information_of<Ops>(mean[k], entropy[k], task.one_over_passes);
    information[k] = info.mutual_information;
    predictive[k] = info.predictive_entropy;
    expected[k] = info.expected_entropy;
    label[k] = info.index;
  }
  store_map<V>(task.maps.mutual_information, p, mask, task.vectors, information);
  store_map<V>(task.maps.predictive_entropy, p, mask, task.vectors, predictive);
  store_map<V>(task.maps.expected_entropy, p, mask, task.vectors, expected);
  store_labels<V>(task.maps.mean_argmax, p, mask, label);
}

inline __host__ __device__ bool any_map(const AssayBaldMaps& maps) {
  return maps.mutual_information != nullptr || maps.mean_argmax != nullptr || maps.predictive_entropy != nullptr ||
         maps.expected_entropy != nullptr;
}

// Four blocks of 128 threads may use 128 registers each: nothing spills.
template <class Type, class Reader>
__global__ void __launch_bounds__(128, 4) bald_kernel(BaldTask task) {
  constexpr int V = Reader::V;
  ASSAY_DYNAMIC_SHARED(dynamic);
  const ChunkPlace place = chunk_place<V>(task.tiles, task.view.h, task.view.w);
  const int64_t p = place.y * task.view.w + place.x;
  const SumColumn<V> sums = {reinterpret_cast<float*>(dynamic + task.sums_offset) + threadIdx.x * V};
  Reader reader(dynamic);
  float entropy[V] = {};
  if (place.mask != 0) start_sums<V>(task, p, place.mask, sums, entropy);
  for (int64_t pass = 0; pass < task.view.n; ++pass) {
    reader.begin(task.view, task.tiles, place, pass);
    if (place.mask != 0) add_pass(reader, static_cast<int>(task.view.c), task.logits, sums, entropy);
  }
  unsigned bad = 0;
#pragma unroll
  for (int k = 0; k < V; ++k) bad += (place.mask >> k & 1u) && Ops::is_nan(entropy[k]) ? 1u : 0u;
  add_count(task.args.nan_pixels, bad);
  if (place.mask == 0) return;
  if (task.args.probability_sum != nullptr) keep_sums<V>(task, p, place.mask, sums, entropy);
  if (any_map(task.maps)) write_maps<V>(task, p, place.mask, sums, entropy);
}

// Launches with a reader if its block fits shared memory; false if it does not.
template <class Type, class Reader, class Queue>
bool launch_bald(Queue& queue, BaldTask task) {
  const int64_t classes = task.view.c;
  const int64_t sum_bytes = classes * Reader::V * 4;
  const unsigned threads = block_threads(Reader::bytes_per_thread(classes) + sum_bytes);
  if (threads == 0) return false;
  task.tiles = cut_into_chunks(task.view.h, task.view.w, threads, Reader::V);
  // A multiple of 16: threads come in whole warps.
  task.sums_offset = threads * Reader::bytes_per_thread(classes);
  Geometry geometry;
  geometry.blocks_x = task.tiles.across * task.tiles.down;
  geometry.threads = threads;
  geometry.dynamic_shared = task.sums_offset + threads * sum_bytes;
  queue.launch("bald", geometry, bald_kernel<Type, Reader>, task);
  return true;
}

template <class Type, class Queue>
void launch_bald_reader(Queue& queue, const BaldTask& task) {
  constexpr int V = Type::kPerVector;
  const AssayTensor& t = task.args.input;
  if (interleaved(t) && launch_bald<Type, TileReader<Type, false>>(queue, task)) return;
  if (vector_rows(t) && launch_bald<Type, ColumnReader<Type, V, false>>(queue, task)) return;
  if (launch_bald<Type, ColumnReader<Type, 1, false>>(queue, task)) return;
  launch_bald<Type, DirectReader<Type, false>>(queue, task);
}

// What regions need and the caller does not want goes to scratch.
template <class Queue>
AssayBaldMaps complete_maps(Queue& queue, const AssayBaldArgs& args) {
  AssayBaldMaps maps = args.maps;
  const int64_t pixels = args.input.h * args.input.w;
  if (args.regions == 0) return maps;
  const auto floats = [&](float*& map, const float* mean) {
    if (map == nullptr && mean != nullptr) map = static_cast<float*>(queue.scratch(pixels * 4));
  };
  floats(maps.mutual_information, args.mutual_information_mean);
  floats(maps.predictive_entropy, args.predictive_entropy_mean);
  floats(maps.expected_entropy, args.expected_entropy_mean);
  if (maps.mean_argmax == nullptr && (args.class_histogram != nullptr || args.region_nan_pixels != nullptr)) {
    maps.mean_argmax = static_cast<uint8_t*>(queue.scratch(pixels));
  }
  return maps;
}

template <class Queue>
void enqueue_bald(Queue& queue, const AssayBaldArgs& args) {
  queue.fill(args.nan_pixels, 0, 8);
  if (args.input.h == 0 || args.input.w == 0) return;
  BaldTask task = {};
  task.args = args;
  task.view = with_joined_rows(view_of(args.input));
  task.maps = complete_maps(queue, args);
  task.one_over_passes = static_cast<float>(1.0 / static_cast<double>(args.passes_before + args.input.n));
  task.logits = args.input_kind == ASSAY_LOGITS;
  task.vectors = task.view.w % 4 == 0 && aligned_16(args.probability_sum) && aligned_16(args.entropy_sum) &&
                 aligned_16(task.maps.mutual_information) && aligned_16(task.maps.predictive_entropy) &&
                 aligned_16(task.maps.expected_entropy);
  dispatch_dtype(args.input.dtype, [&](auto type) { launch_bald_reader<decltype(type)>(queue, task); });
  math::MapRegions regions = {};
  regions.n = 1, regions.h = args.input.h, regions.w = args.input.w;
  regions.region_nxy = args.region_nxy, regions.regions = args.regions;
  regions.region_w = args.region_w, regions.region_h = args.region_h;
  regions.maps[0] = task.maps.mutual_information, regions.means[0] = args.mutual_information_mean;
  regions.maps[1] = task.maps.predictive_entropy, regions.means[1] = args.predictive_entropy_mean;
  regions.maps[2] = task.maps.expected_entropy, regions.means[2] = args.expected_entropy_mean;
  regions.labels = task.maps.mean_argmax, regions.classes = args.input.c;
  regions.histogram = args.class_histogram, regions.nan_pixels = args.region_nan_pixels;
  enqueue_map_regions(queue, regions);
}

}  // namespace assay::cuda

#endif
