#include <algorithm>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"
#include "cpu/score_pass.h"

namespace assay::cpu {
namespace {

// Enough scores per item that handing it out costs nothing, few enough that threads finish together.
constexpr int64_t kScoresPerItem = 1 << 16;

}  // namespace

void pixel_signals(const AssayExec& exec, const AssayPixelSignalsArgs& args) {
  const AssayTensor& t = args.input;
  const ScorePass pass(t, args.input_kind, args.maps, {});
  const int64_t rows = t.w == 0 ? 0 : t.n * t.h;
  const int64_t rows_per_item = std::max<int64_t>(1, kScoresPerItem / std::max<int64_t>(1, t.w * t.c));
  const int64_t items = (rows + rows_per_item - 1) / rows_per_item;
  const int64_t workers = std::max<int64_t>(1, std::min(thread_count(exec.threads), items));
  std::vector<RowWorkspace> workspaces;
  workspaces.reserve(workers);
  for (int64_t i = 0; i < workers; ++i) workspaces.emplace_back(t.c, std::min(t.w, kMaxRun));
  std::vector<int64_t> bad(workers * 8);  // a cache line apart

  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    const int64_t end = std::min(rows, (item + 1) * rows_per_item);
    for (int64_t row = item * rows_per_item; row < end; ++row) {
      bad[worker * 8] += pass.run_maps(row / t.h, row % t.h, 0, t.w, workspaces[worker]);
    }
  });
  *args.nan_pixels = 0;
  for (int64_t i = 0; i < workers; ++i) *args.nan_pixels += bad[i * 8];
}

}  // namespace assay::cpu
