#include "cpu/region_pass.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "cpu/parallel_for.h"

namespace assay::cpu {
namespace {

// The work on the regions: strips, each cut into bands of whole rows of cells when there are too few strips to keep
// all threads busy. A band's sums go into its regions' totals; the last one writes the results.
class StripItems {
 public:
  StripItems(const RegionRequest& request, int64_t workers, const RegionWriter& write)
      : request_(request), write_(write), strips_(find_strips(request)) {
    const auto strips = static_cast<int64_t>(strips_.size());
    const int64_t most = request.wants.cells ? ASSAY_CELLS : request.h;
    while (2 * bands_ <= most && workers > 1 && strips * bands_ < 4 * workers) bands_ *= 2;
    rows_per_band_ = request.wants.cells ? request.h / ASSAY_CELLS * (ASSAY_CELLS / bands_) : request.h / bands_;
    if (bands_ == 1) return;
    partial_.reserve(request.count);
    for (int64_t r = 0; r < request.count; ++r) partial_.emplace_back(request.input.c, request.wants);
    bands_left_.assign(strips, bands_);
  }

  int64_t count() const { return static_cast<int64_t>(strips_.size()) * bands_; }

  int64_t max_regions() const {
    size_t most = 1;
    for (const Strip& strip : strips_) most = std::max(most, strip.regions.size());
    return static_cast<int64_t>(most);
  }

  // Returns the pixels without a distribution.
  int64_t run(int64_t item, StripAccumulator& accumulator) {
    const Strip& strip = strips_[item / bands_];
    const int64_t band = item % bands_;
    const int64_t row = band * rows_per_band_;
    const int64_t row_end = band + 1 == bands_ ? request_.h : row + rows_per_band_;
    accumulator.run(strip, row, row_end);
    int64_t bad = 0;
    for (size_t k = 0; k < strip.regions.size(); ++k) bad += accumulator.totals(k).histogram[255];
    finish(item / bands_, accumulator);
    return bad;
  }

 private:
  void finish(int64_t s, const StripAccumulator& accumulator) {
    const std::vector<int64_t>& regions = strips_[s].regions;
    if (bands_ == 1) {
      for (size_t k = 0; k < regions.size(); ++k) write_(regions[k], accumulator.totals(k));
      return;
    }
    std::lock_guard<std::mutex> lock(mutex_);
    for (size_t k = 0; k < regions.size(); ++k) partial_[regions[k]].merge(accumulator.totals(k));
    if (--bands_left_[s] > 0) return;
    for (const int64_t region : regions) write_(region, partial_[region]);
  }

  const RegionRequest& request_;
  const RegionWriter& write_;
  const std::vector<Strip> strips_;
  int64_t bands_ = 1;
  int64_t rows_per_band_ = 0;
  std::mutex mutex_;
  std::vector<RegionTotals> partial_;
  std::vector<int64_t> bands_left_;
};

}  // namespace

int64_t run_regions(const AssayExec& exec, const RegionRequest& request, const AssayPixelMaps& maps,
                    const std::vector<Gap>& gaps, const RegionWriter& write) {
  const ScorePass pass(request.input, request.input_kind, maps, request.wants.pixel_needs());
  const ScorePass pass_of_gaps(request.input, request.input_kind, maps, {});
  int64_t workers = thread_count(exec.threads);
  StripItems strips(request, workers, write);
  const int64_t items = strips.count() + static_cast<int64_t>(gaps.size());
  workers = std::max<int64_t>(1, std::min(workers, items));
  std::vector<std::unique_ptr<StripAccumulator>> accumulators(workers);
  std::vector<RowWorkspace> workspaces;
  workspaces.reserve(workers);
  for (int64_t i = 0; i < workers; ++i) {
    accumulators[i] = std::make_unique<StripAccumulator>(pass, request, strips.max_regions());
    workspaces.emplace_back(request.input.c, std::min(request.input.w, kMaxRun));
  }
  std::vector<int64_t> bad(workers * 8);  // a cache line apart
  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    if (item < strips.count()) {
      bad[worker * 8] += strips.run(item, *accumulators[worker]);
      return;
    }
    const Gap& g = gaps[item - strips.count()];
    for (int64_t y = g.y; y < g.y_end; ++y) {
      bad[worker * 8] += pass_of_gaps.run_maps(g.n, y, g.x, g.x_end, workspaces[worker]);
    }
  });
  int64_t total = 0;
  for (int64_t i = 0; i < workers; ++i) total += bad[i * 8];
  return total;
}

}  // namespace assay::cpu
