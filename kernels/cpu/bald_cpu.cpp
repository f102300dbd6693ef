#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "cpu/bald_tiles.h"
#include "cpu/cpu_table.h"
#include "cpu/map_regions.h"
#include "cpu/parallel_for.h"
#include "cpu/score_pass.h"

namespace assay::cpu {
namespace {

// Scores per item: handing it out costs nothing, and threads finish together.
constexpr int64_t kScoresPerItem = 1 << 16;

// What regions need and the caller does not want.
class MissingMaps {
 public:
  AssayBaldMaps complete(const AssayBaldArgs& args) {
    AssayBaldMaps maps = args.maps;
    if (args.regions == 0) return maps;
    const int64_t pixels = args.input.h * args.input.w;
    const auto floats = [&](float*& map, const float* mean) {
      if (map == nullptr && mean != nullptr) {
        map = reinterpret_cast<float*>(memory_.emplace_back(pixels * 4).data());
      }
    };
    memory_.reserve(4);
    floats(maps.mutual_information, args.mutual_information_mean);
    floats(maps.predictive_entropy, args.predictive_entropy_mean);
    floats(maps.expected_entropy, args.expected_entropy_mean);
    if (maps.mean_argmax == nullptr && (args.class_histogram != nullptr || args.region_nan_pixels != nullptr)) {
      maps.mean_argmax = reinterpret_cast<uint8_t*>(memory_.emplace_back(pixels).data());
    }
    return maps;
  }

 private:
  std::vector<AlignedBytes> memory_;
};

// Rows of pixels, or one long row where the rows of all planes follow each other without a gap.
struct Rows {
  int64_t count, pixels, stride;

  explicit Rows(const AssayTensor& t) : count(t.h), pixels(t.w), stride(t.stride_h) {
    if (t.w > 0 && t.stride_h == t.w * t.stride_w) {
      pixels *= count;
      count = count > 0 ? 1 : 0;
    }
  }
};

// One thread's tile.
class TileWorker {
 public:
  TileWorker(const AssayBaldArgs& args, const AssayBaldMaps& maps)
      : args_(args),
        maps_(maps),
        classes_(args.input.c),
        plane_(args.input.h * args.input.w),
        pitch_(bald_tile_pixels(classes_)),
        layout_{classes_, args.input.stride_c, args.input.stride_w},
        functions_(bald_functions(args.input.dtype, args.input_kind)),
        wanted_(maps.mutual_information != nullptr || maps.mean_argmax != nullptr ||
                maps.predictive_entropy != nullptr || maps.expected_entropy != nullptr),
        rows_((classes_ + 5) * pitch_ * 4),
        scratch_(bald_scratch_bytes(classes_)) {}

  // `pixels` pixels whose scores begin at `scores` and whose place in a dense map is `at`; returns those without a
  // distribution.
  int64_t run(const void* scores, int64_t at, int64_t pixels) {
    const BaldTile tile = {scores, args_.input.stride_n, args_.input.n, pixels, pitch_, row(0), row(classes_)};
    start(at, pixels);
    functions_.add_passes(layout_, tile, scratch_.data());
    const int64_t bad = functions_.clean_sums(tile, classes_);
    if (args_.probability_sum != nullptr) keep(at, pixels);
    if (wanted_) write(tile, at);
    return bad;
  }

 private:
  float* row(int64_t i) const { return reinterpret_cast<float*>(rows_.data()) + i * pitch_; }

  void start(int64_t at, int64_t pixels) {
    std::memset(rows_.data(), 0, static_cast<size_t>((classes_ + 1) * pitch_) * 4);
    if (args_.passes_before == 0) return;
    const size_t size = static_cast<size_t>(pixels) * 4;
    for (int64_t c = 0; c < classes_; ++c) std::memcpy(row(c), args_.probability_sum + c * plane_ + at, size);
    std::memcpy(row(classes_), args_.entropy_sum + at, size);
  }

  void keep(int64_t at, int64_t pixels) {
    const size_t size = static_cast<size_t>(pixels) * 4;
    for (int64_t c = 0; c < classes_; ++c) std::memcpy(args_.probability_sum + c * plane_ + at, row(c), size);
    std::memcpy(args_.entropy_sum + at, row(classes_), size);
  }

  // Whole vectors go into the tile's rows, the pixels that exist from there to the maps.
  void write(const BaldTile& tile, int64_t at) {
    const BaldTileOutputs out = {row(classes_ + 1), row(classes_ + 2), row(classes_ + 3),
                                 reinterpret_cast<uint8_t*>(row(classes_ + 4))};
    const auto one_over_passes = static_cast<float>(1.0 / static_cast<double>(args_.passes_before + args_.input.n));
    functions_.finish(tile, classes_, one_over_passes, out);
    const size_t size = static_cast<size_t>(tile.pixels) * 4;
    if (maps_.mutual_information != nullptr) std::memcpy(maps_.mutual_information + at, out.mutual_information, size);
    if (maps_.predictive_entropy != nullptr) std::memcpy(maps_.predictive_entropy + at, out.predictive_entropy, size);
    if (maps_.expected_entropy != nullptr) std::memcpy(maps_.expected_entropy + at, out.expected_entropy, size);
    if (maps_.mean_argmax != nullptr) std::memcpy(maps_.mean_argmax + at, out.mean_argmax, size / 4);
  }

  const AssayBaldArgs& args_;
  const AssayBaldMaps maps_;
  const int64_t classes_, plane_, pitch_;
  const ScoreLayout layout_;
  const BaldFunctions functions_;
  const bool wanted_;
  const AlignedBytes rows_;
  const AlignedBytes scratch_;
};

// Every tile of the image, shared out; returns the pixels without a distribution.
int64_t run_tiles(const AssayExec& exec, const AssayBaldArgs& args, const AssayBaldMaps& maps) {
  const AssayTensor& t = args.input;
  const Rows rows(t);
  const int64_t tile = bald_tile_pixels(t.c);
  const int64_t tiles_across = (rows.pixels + tile - 1) / tile;
  const int64_t tiles = rows.count * tiles_across;
  const int64_t per_item = std::max<int64_t>(1, kScoresPerItem / (tile * t.c * std::max<int64_t>(1, t.n)));
  const int64_t items = (tiles + per_item - 1) / per_item;
  const int64_t count = std::max<int64_t>(1, std::min(thread_count(exec.threads), items));
  std::vector<std::unique_ptr<TileWorker>> workers(count);
  for (auto& worker : workers) worker = std::make_unique<TileWorker>(args, maps);
  std::vector<int64_t> bad(count * 8);  // a cache line apart
  const int64_t size = t.dtype == ASSAY_F32 ? 4 : 2;
  parallel_for(items, count, [&](int64_t item, int64_t worker) {
    for (int64_t i = item * per_item; i < std::min(tiles, (item + 1) * per_item); ++i) {
      const int64_t y = i / tiles_across, x = i % tiles_across * tile;
      const int64_t offset = t.n == 0 ? 0 : (y * rows.stride + x * t.stride_w) * size;
      const char* scores = static_cast<const char*>(t.data) + offset;
      bad[worker * 8] += workers[worker]->run(scores, y * rows.pixels + x, std::min(tile, rows.pixels - x));
    }
  });
  int64_t total = 0;
  for (int64_t i = 0; i < count; ++i) total += bad[i * 8];
  return total;
}

}  // namespace

void bald(const AssayExec& exec, const AssayBaldArgs& args) {
  MissingMaps missing;
  const AssayBaldMaps maps = missing.complete(args);
  *args.nan_pixels = run_tiles(exec, args, maps);
  reduce_map_regions(exec.threads,
                     {1,
                      args.input.h,
                      args.input.w,
                      args.region_nxy,
                      args.regions,
                      args.region_w,
                      args.region_h,
                      {maps.mutual_information, maps.predictive_entropy, maps.expected_entropy},
                      {args.mutual_information_mean, args.predictive_entropy_mean, args.expected_entropy_mean},
                      maps.mean_argmax,
                      args.input.c,
                      args.class_histogram,
                      nullptr,
                      args.region_nan_pixels});
}

}  // namespace assay::cpu
