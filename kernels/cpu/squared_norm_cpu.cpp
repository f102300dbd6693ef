#include <algorithm>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/squared_norm_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// A plain loop: the compiler vectorises it for the instruction set at hand, and the square of an fp32 value is exact
// in double, so that all of them add the same numbers in the same order.
double square_block(const float* values, int64_t count) {
  constexpr int64_t kWays = 16;
  double sums[kWays] = {};
  int64_t i = 0;
  for (; i + kWays <= count; i += kWays) {
    for (int64_t way = 0; way < kWays; ++way) {
      const auto x = static_cast<double>(values[i + way]);
      sums[way] += x * x;
    }
  }
  for (int64_t way = 0; i < count; ++i, ++way) {
    const auto x = static_cast<double>(values[i]);
    sums[way] += x * x;
  }
  double sum = 0;
  for (const double s : sums) sum += s;
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(square_block);

constexpr int64_t kBlock = 4096;
constexpr int64_t kGroup = 16;  // blocks

}  // namespace

void squared_norm(const AssayExec& exec, const AssaySquaredNormArgs& args) {
  const int64_t blocks = args.count / kBlock + (args.count % kBlock != 0);
  const int64_t groups = (blocks + kGroup - 1) / kGroup;
  std::vector<double> sums(groups);
  parallel_for(groups, thread_count(exec.threads), [&](int64_t group, int64_t) {
    const int64_t end = std::min(blocks, (group + 1) * kGroup);
    for (int64_t block = group * kGroup; block < end; ++block) {
      const int64_t begin = block * kBlock;
      sums[group] += HWY_DYNAMIC_DISPATCH(square_block)(args.values + begin, std::min(kBlock, args.count - begin));
    }
  });
  double total = 0;
  for (const double sum : sums) total += sum;
  *args.out = total;
}

}  // namespace assay::cpu
#endif
