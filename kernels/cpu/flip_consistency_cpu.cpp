#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/flip_rows.h"
#include "cpu/map_regions.h"
#include "cpu/parallel_for.h"
#include "cpu/score_pass.h"
#include "math/flip_means.h"

namespace assay::cpu {
namespace {

constexpr int64_t kScoresPerItem = 1 << 16;

using Totals = std::array<uint64_t, math::kFlipTotals>;

// What regions need and the caller does not want.
class MissingMaps {
 public:
  AssayFlipMaps complete(const AssayFlipConsistencyArgs& args) {
    AssayFlipMaps maps = args.maps;
    if (args.regions == 0) return maps;
    pixels_ = args.input.n * args.input.h * args.input.w;
    const AssayFlipMeans& means = args.region_means;
    memory_.reserve(6);
    maps.symmetric_kl = floats(maps.symmetric_kl, means.symmetric_kl);
    maps.jensen_shannon = floats(maps.jensen_shannon, means.jensen_shannon);
    maps.entropy_of_mean = floats(maps.entropy_of_mean, means.entropy_of_mean);
    maps.entropy = floats(maps.entropy, means.entropy);
    maps.entropy_flipped = floats(maps.entropy_flipped, means.entropy_flipped);
    if (maps.argmax_disagreement == nullptr &&
        (means.argmax_disagreement != nullptr || args.region_nan_pixels != nullptr)) {
      maps.argmax_disagreement = reinterpret_cast<uint8_t*>(memory_.emplace_back(pixels_).data());
    }
    return maps;
  }

 private:
  float* floats(float* map, const float* mean) {
    if (map != nullptr || mean == nullptr) return map;
    return reinterpret_cast<float*>(memory_.emplace_back(pixels_ * 4).data());
  }

  int64_t pixels_ = 0;
  std::vector<AlignedBytes> memory_;
};

// One thread's run of pixels.
class RunWorker {
 public:
  RunWorker(const AssayFlipConsistencyArgs& args, const AssayFlipMaps& maps)
      : args_(args),
        maps_(maps),
        function_(flip_function(args.input.dtype, args.input_kind)),
        sum_units_(sum_units_function()),
        pitch_((std::min(args.input.w, kMaxRun) + kMaxLanes - 1) / kMaxLanes * kMaxLanes),
        rows_(pitch_ * 6 * 4),
        scratch_(flip_scratch_bytes(args.input.c)) {}

  void add_row(int64_t n, int64_t y, Totals& totals) {
    const int64_t w = args_.input.w;
    for (int64_t x = 0; x < w; x += kMaxRun) add_run(n, y, x, std::min(kMaxRun, w - x), totals);
  }

 private:
  float* row(int64_t i) const { return reinterpret_cast<float*>(rows_.data()) + i * pitch_; }

  static const void* row_of(const AssayTensor& t, int64_t n, int64_t y) {
    const int64_t size = t.dtype == ASSAY_F32 ? 4 : 2;
    return static_cast<const char*>(t.data) + (n * t.stride_n + y * t.stride_h) * size;
  }
  // A row of one pixel has no direction.
  static ScoreLayout layout_of(const AssayTensor& t) { return {t.c, t.stride_c, t.w <= 1 ? 1 : t.stride_w}; }

  void add_run(int64_t n, int64_t y, int64_t x, int64_t pixels, Totals& totals) {
    const AssayFlipMaps out = {row(0), row(1), row(2), row(3), row(4), reinterpret_cast<uint8_t*>(row(5))};
    const FlipRun run = {row_of(args_.input, n, y), row_of(args_.flipped, n, y), args_.input.w, x, pixels, out};
    function_(layout_of(args_.input), layout_of(args_.flipped), run, scratch_.data());
    for (int i = 0; i < math::kDisagreementTotal; ++i) totals[i] += sum_units_(row(i), pixels);
    for (int64_t i = 0; i < pixels; ++i) {
      totals[math::kDisagreementTotal] += out.argmax_disagreement[i] == 1;
      totals[math::kBadTotal] += out.argmax_disagreement[i] == 255;
    }
    const int64_t at = (n * args_.input.h + y) * args_.input.w + x;
    const auto copy = [&](auto* map, const auto* from) {
      if (map != nullptr) std::memcpy(map + at, from, static_cast<size_t>(pixels) * sizeof *from);
    };
    copy(maps_.symmetric_kl, out.symmetric_kl);
    copy(maps_.jensen_shannon, out.jensen_shannon);
    copy(maps_.entropy_of_mean, out.entropy_of_mean);
    copy(maps_.entropy, out.entropy);
    copy(maps_.entropy_flipped, out.entropy_flipped);
    copy(maps_.argmax_disagreement, out.argmax_disagreement);
  }

  const AssayFlipConsistencyArgs& args_;
  const AssayFlipMaps maps_;
  const FlipFunction function_;
  const SumUnitsFunction sum_units_;
  const int64_t pitch_;
  const AlignedBytes rows_;
  const AlignedBytes scratch_;
};

// Every row of every image, shared out in bands; the totals of each image.
std::vector<Totals> run_rows(const AssayExec& exec, const AssayFlipConsistencyArgs& args, const AssayFlipMaps& maps) {
  const AssayTensor& t = args.input;
  std::vector<Totals> images(t.n);
  if (t.w == 0 || t.h == 0) return images;
  const int64_t rows = std::max<int64_t>(1, kScoresPerItem / (t.w * t.c));
  const int64_t bands = (t.h + rows - 1) / rows;
  const int64_t items = t.n * bands;
  const int64_t count = std::max<int64_t>(1, std::min(thread_count(exec.threads), items));
  std::vector<std::unique_ptr<RunWorker>> workers(count);
  for (auto& worker : workers) worker = std::make_unique<RunWorker>(args, maps);
  std::vector<Totals> totals(items);
  parallel_for(items, count, [&](int64_t item, int64_t worker) {
    const int64_t n = item / bands, band = item % bands;
    Totals sums{};
    for (int64_t y = band * rows; y < std::min(t.h, (band + 1) * rows); ++y) workers[worker]->add_row(n, y, sums);
    totals[item] = sums;
  });
  for (int64_t item = 0; item < items; ++item) {
    for (int i = 0; i < math::kFlipTotals; ++i) images[item / bands][i] += totals[item][i];
  }
  return images;
}

}  // namespace

void flip_consistency(const AssayExec& exec, const AssayFlipConsistencyArgs& args) {
  MissingMaps missing;
  const AssayFlipMaps maps = missing.complete(args);
  const std::vector<Totals> images = run_rows(exec, args, maps);
  *args.nan_pixels = 0;
  for (int64_t n = 0; n < args.input.n; ++n) {
    math::write_image_means(args, n, images[n].data());
    *args.nan_pixels += static_cast<int64_t>(images[n][math::kBadTotal]);
  }
  const AssayFlipMeans& means = args.region_means;
  reduce_map_regions(
      exec.threads,
      {args.input.n,
       args.input.h,
       args.input.w,
       args.region_nxy,
       args.regions,
       args.region_w,
       args.region_h,
       {maps.symmetric_kl, maps.jensen_shannon, maps.entropy_of_mean, maps.entropy, maps.entropy_flipped},
       {means.symmetric_kl, means.jensen_shannon, means.entropy_of_mean, means.entropy, means.entropy_flipped},
       maps.argmax_disagreement,
       2,
       nullptr,
       means.argmax_disagreement,
       args.region_nan_pixels});
}

}  // namespace assay::cpu
