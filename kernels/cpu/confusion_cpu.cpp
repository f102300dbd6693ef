#include <algorithm>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"

namespace assay::cpu {
namespace {

// Neighbouring pixels mostly fall into the same cell; separate histograms keep their increments independent.
constexpr int64_t kWays = 4;
constexpr int64_t kChunk = 1 << 16;

// Where each byte value falls: its own row or column, or `classes` for the rest.
struct BinTable {
  int32_t row[256];
  int32_t column[256];
};

BinTable make_bins(int64_t classes) {
  BinTable bins;
  for (int64_t v = 0; v < 256; ++v) {
    const auto bin = static_cast<int32_t>(std::min(v, classes));
    bins.row[v] = bin * static_cast<int32_t>(classes + 1);
    bins.column[v] = bin;
  }
  return bins;
}

// Ignored pixels are counted with the rest, in an extra row that is never read.
void count_chunk(const AssayConfusionArgs& args, const BinTable& bins, int64_t begin, int64_t end, int64_t* counts) {
  const int64_t cells = (args.classes + 2) * (args.classes + 1);
  int64_t i = begin;
  for (; i + kWays <= end; i += kWays) {
    for (int64_t way = 0; way < kWays; ++way) {
      ++counts[way * cells + bins.row[args.truth[i + way]] + bins.column[args.prediction[i + way]]];
    }
  }
  for (; i < end; ++i) ++counts[bins.row[args.truth[i]] + bins.column[args.prediction[i]]];
}

}  // namespace

void confusion(const AssayExec& exec, const AssayConfusionArgs& args) {
  const int64_t classes = args.classes;
  const int64_t side = classes + 1;
  const int64_t cells = (classes + 2) * side;
  const int64_t items = (args.count + kChunk - 1) / kChunk;
  const int64_t workers = std::min(thread_count(exec.threads), std::max<int64_t>(items, 1));
  BinTable bins = make_bins(classes);
  if (args.ignore >= 0) bins.row[args.ignore] = static_cast<int32_t>((classes + 1) * side);

  std::vector<int64_t> counts(static_cast<size_t>(workers * kWays * cells));
  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    const int64_t begin = item * kChunk;
    count_chunk(args, bins, begin, std::min(begin + kChunk, args.count), &counts[worker * kWays * cells]);
  });

  for (int64_t copy = 1; copy < workers * kWays; ++copy) {
    for (int64_t i = 0; i < cells; ++i) counts[i] += counts[copy * cells + i];
  }
  int64_t out_of_range = 0;
  for (int64_t g = 0; g < side; ++g) {
    for (int64_t p = 0; p < side; ++p) {
      const int64_t n = counts[g * side + p];
      if (g < classes && p < classes) {
        args.confusion[g * classes + p] = n;
      } else {
        out_of_range += n;
      }
    }
  }
  *args.out_of_range = out_of_range;
}

}  // namespace assay::cpu
