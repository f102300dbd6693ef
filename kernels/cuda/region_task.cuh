// What a region_signals launch is told, what its blocks share, and where a region's totals go.
#ifndef ASSAY_CUDA_REGION_TASK_CUH
#define ASSAY_CUDA_REGION_TASK_CUH

#include "assay/kernels/region_signals.h"
#include "cuda/class_sums.cuh"
#include "cuda/pixel_maps.cuh"
#include "cuda/pixel_signals.cuh"

namespace assay::cuda {

constexpr int kStripPixels = 1024;
constexpr int kCells = ASSAY_CELLS;

// The totals of a part: these four, then one count per class, then one sum of probability units per class.
enum RegionTotal { kEntropyTotal, kMarginTotal, kLeastConfidenceTotal, kBadPixels, kScalarTotals };

struct RegionTask {
  AssayRegionSignalsArgs args;
  ScoreView view;
  MapWriter writer;
  PixelBits done, bad;         // with maps: pixels of any region; pixels without a distribution that have been counted
  unsigned long long* totals;  // [regions, parts, width]; null when a region is one part
  ClassSumsTask classes;
  int parts_down, parts_across;
  bool cells, probabilities, maps, logits;

  __host__ __device__ int64_t width() const { return kScalarTotals + view.c * (probabilities ? 2 : 1); }
  __host__ __device__ bool wants_totals() const {
    return args.class_histogram != nullptr || args.entropy_mean != nullptr || args.margin_mean != nullptr ||
           args.least_confidence_mean != nullptr || args.probability_mean != nullptr ||
           args.region_nan_pixels != nullptr;
  }
};

struct RegionShared {
  float entropy[kStripPixels];
  unsigned cell_min[kCells * kCells], cell_max[kCells * kCells];  // of float bits: entropies are not negative
  unsigned long long cell_sum[kCells * kCells];
  unsigned long long scalars[kScalarTotals];
  unsigned histogram[ASSAY_MAX_CLASSES];
  unsigned long long probability[ASSAY_MAX_CLASSES];
};

// Writes entry `k` of a region's totals to the output it belongs to.
__device__ __forceinline__ void store_total(const RegionTask& task, int64_t region, int64_t k,
                                            unsigned long long total) {
  const AssayRegionSignalsArgs& args = task.args;
  const int64_t pixels = args.region_w * args.region_h, classes = task.view.c;
  const auto store_mean = [&](float* out, int64_t at, double unit) {
    if (out != nullptr) out[at] = math::mean_of_units(total, unit, pixels);
  };
  if (k == kEntropyTotal) return store_mean(args.entropy_mean, region, math::kSignalUnit);
  if (k == kMarginTotal) return store_mean(args.margin_mean, region, math::kSignalUnit);
  if (k == kLeastConfidenceTotal) return store_mean(args.least_confidence_mean, region, math::kSignalUnit);
  if (k == kBadPixels) {
    if (args.region_nan_pixels != nullptr) args.region_nan_pixels[region] = static_cast<int32_t>(total);
  } else if (k < kScalarTotals + classes) {
    if (args.class_histogram != nullptr) {
      args.class_histogram[region * classes + k - kScalarTotals] = static_cast<int32_t>(total);
    }
  } else {
    store_mean(args.probability_mean, region * classes + k - kScalarTotals - classes, math::kProbabilityUnit);
  }
}

}  // namespace assay::cuda

#endif
