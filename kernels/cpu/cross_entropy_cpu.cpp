#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"
#include "cpu/score_pass.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/cross_entropy_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/vector_ops-inl.h"

#ifndef ASSAY_CPU_CROSS_ENTROPY_BLOCK
#define ASSAY_CPU_CROSS_ENTROPY_BLOCK
namespace assay::cpu {

// Pixels per step; a multiple of every instruction set's lanes.
constexpr int64_t kLossBlock = 64;

// Pixels [0, pixels) of a row, at most kLossBlock; class c of pixel i at scores[c * stride_c + i * stride_w].
struct LossBlock {
  const float* scores;
  float* gradient;        // the same strides; null when not wanted
  const uint8_t* labels;  // [pixels]
  int64_t pixels, classes, stride_c, stride_w;
  const float* weights;  // [256] of each label; used for the loss
  const float* shares;   // [256] weight / total weight; scale of the gradient
  const bool* counted;   // [256] is the label a class that is not ignored?
  float* planes;         // scratch [classes][kLossBlock]
};

}  // namespace assay::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

using Ops = VectorOps;
using F = Ops::F;
constexpr Ops::D kFloats;
constexpr int64_t kLanes = static_cast<int64_t>(hn::MaxLanes(kFloats));  // no scalable instruction sets

HWY_INLINE void read_planes(const LossBlock& b) {
  for (int64_t c = 0; c < b.classes; ++c) {
    float* plane = b.planes + c * kLossBlock;
    const float* scores = b.scores + c * b.stride_c;
    if (b.stride_w == 1) {
      std::memcpy(plane, scores, static_cast<size_t>(b.pixels) * sizeof(float));
    } else {
      for (int64_t i = 0; i < b.pixels; ++i) plane[i] = scores[i * b.stride_w];
    }
    std::fill(plane + b.pixels, plane + kLossBlock, 0.0f);
  }
}

HWY_INLINE void write_planes(const LossBlock& b) {
  for (int64_t c = 0; c < b.classes; ++c) {
    const float* plane = b.planes + c * kLossBlock;
    float* gradient = b.gradient + c * b.stride_c;
    if (b.stride_w == 1) {
      std::memcpy(gradient, plane, static_cast<size_t>(b.pixels) * sizeof(float));
    } else {
      for (int64_t i = 0; i < b.pixels; ++i) gradient[i * b.stride_w] = plane[i];
    }
  }
}

// What the labels of a block say, pixel by pixel; label -1 where a pixel does not count.
struct BlockLabels {
  HWY_ALIGN float index[kLossBlock];
  HWY_ALIGN float share[kLossBlock];
  HWY_ALIGN float score[kLossBlock];  // of the label's class
};

HWY_INLINE void read_labels(const LossBlock& b, BlockLabels& out) {
  for (int64_t i = 0; i < kLossBlock; ++i) {
    const bool counts = i < b.pixels && b.counted[b.labels[i]];
    const int64_t label = counts ? b.labels[i] : 0;
    out.index[i] = counts ? static_cast<float>(label) : -1.0f;
    out.share[i] = counts ? b.shares[label] : 0.0f;
    out.score[i] = b.planes[label * kLossBlock + i];
  }
}

// Turns one vector of pixels of the planes into its gradient and returns the pixels' losses.
HWY_INLINE F loss_of_vector(const LossBlock& b, const BlockLabels& labels, int64_t at) {
  float* const first_plane = b.planes + at;
  F largest = hn::Load(kFloats, first_plane);
  for (int64_t c = 1; c < b.classes; ++c) largest = Ops::max(largest, hn::Load(kFloats, first_plane + c * kLossBlock));
  ExpSums<Ops> sums{Ops::set(0.0f), Ops::set(0.0f)};
  for (int64_t c = 0; c < b.classes; ++c) {
    float* x = first_plane + c * kLossBlock;
    hn::Store(exp_sums_add<Ops>(sums, hn::Load(kFloats, x), largest), kFloats, x);
  }
  // exp of a NaN is anything; t knows.
  const F s = Ops::select(Ops::is_nan(sums.t), sums.t, sums.s);
  const F loss = Ops::sub(log_positive<Ops>(s), Ops::sub(hn::Load(kFloats, labels.score + at), largest));
  if (b.gradient != nullptr) {
    const F share = hn::Load(kFloats, labels.share + at);
    const F index = hn::Load(kFloats, labels.index + at);
    const F scale = Ops::div(share, s);
    const auto skipped = Ops::less(index, Ops::set(0.0f));
    for (int64_t c = 0; c < b.classes; ++c) {
      float* e = first_plane + c * kLossBlock;
      const F target = hn::IfThenElseZero(hn::Eq(index, Ops::set(static_cast<float>(c))), share);
      const F gradient = Ops::sub(Ops::mul(hn::Load(kFloats, e), scale), target);
      hn::Store(hn::IfThenZeroElse(skipped, gradient), kFloats, e);
    }
  }
  return Ops::select(Ops::is_nan(s), s, loss);
}

// Returns the block's sum of weighted losses, in pixel order.
double loss_of_block(const LossBlock& b) {
  read_planes(b);
  BlockLabels labels;
  read_labels(b, labels);
  HWY_ALIGN float losses[kLossBlock];
  for (int64_t at = 0; at < kLossBlock; at += kLanes) {
    hn::Store(loss_of_vector(b, labels, at), kFloats, losses + at);
  }
  if (b.gradient != nullptr) write_planes(b);
  double sum = 0;
  for (int64_t i = 0; i < b.pixels; ++i) {
    if (b.counted[b.labels[i]]) sum += static_cast<double>(b.weights[b.labels[i]]) * static_cast<double>(losses[i]);
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(loss_of_block);

constexpr int64_t kPixelsPerItem = 4096;

struct LabelTables {
  std::array<float, 256> weights{};
  std::array<float, 256> shares{};
  std::array<bool, 256> counted{};
};

std::array<int64_t, 256> count_labels(const uint8_t* labels, int64_t pixels) {
  std::array<std::array<int64_t, 256>, 4> ways{};
  for (int64_t i = 0; i < pixels; ++i) ++ways[i % 4][labels[i]];
  for (int64_t way = 1; way < 4; ++way) {
    for (int64_t v = 0; v < 256; ++v) ways[0][v] += ways[way][v];
  }
  return ways[0];
}

// Fills the tables, the total weight and the number of labels out of range. Counting first makes the total exact.
LabelTables tabulate(const AssayCrossEntropyArgs& args, int64_t pixels) {
  const auto counts = count_labels(args.labels, pixels);
  LabelTables tables;
  double total = 0;
  int64_t out_of_range = 0;
  for (int64_t v = 0; v < 256; ++v) {
    if (v == args.ignore) continue;
    if (v >= args.logits.c) {
      out_of_range += counts[v];
      continue;
    }
    tables.counted[v] = true;
    tables.weights[v] = args.class_weights != nullptr ? args.class_weights[v] : 1.0f;
    total += static_cast<double>(counts[v]) * static_cast<double>(tables.weights[v]);
  }
  for (int64_t v = 0; v < args.logits.c && total > 0; ++v) {
    tables.shares[v] = static_cast<float>(static_cast<double>(tables.weights[v]) / total);
  }
  *args.weight_sum = total;
  *args.out_of_range = out_of_range;
  return tables;
}

double loss_of_row(const AssayCrossEntropyArgs& args, const LabelTables& tables, int64_t n, int64_t y, float* planes) {
  const AssayTensor& t = args.logits;
  const int64_t offset = n * t.stride_n + y * t.stride_h;
  LossBlock block{nullptr,
                  nullptr,
                  nullptr,
                  0,
                  t.c,
                  t.stride_c,
                  t.stride_w,
                  tables.weights.data(),
                  tables.shares.data(),
                  tables.counted.data(),
                  planes};
  double sum = 0;
  for (int64_t x = 0; x < t.w; x += kLossBlock) {
    const int64_t at = offset + x * t.stride_w;
    block.scores = static_cast<const float*>(t.data) + at;
    block.gradient = args.gradient != nullptr ? args.gradient + at : nullptr;
    block.labels = args.labels + (n * t.h + y) * t.w + x;
    block.pixels = std::min(kLossBlock, t.w - x);
    sum += HWY_DYNAMIC_DISPATCH(loss_of_block)(block);
  }
  return sum;
}

}  // namespace

void cross_entropy(const AssayExec& exec, const AssayCrossEntropyArgs& args) {
  const AssayTensor& t = args.logits;
  const int64_t rows = t.w == 0 ? 0 : t.n * t.h;
  const LabelTables tables = tabulate(args, rows * t.w);
  const int64_t rows_per_item = std::max<int64_t>(1, kPixelsPerItem / std::max<int64_t>(1, t.w));
  const int64_t items = (rows + rows_per_item - 1) / rows_per_item;
  const int64_t workers = std::max<int64_t>(1, std::min(thread_count(exec.threads), items));
  std::vector<double> losses(items);
  std::vector<AlignedBytes> planes;
  planes.reserve(workers);
  for (int64_t i = 0; i < workers; ++i) planes.emplace_back(t.c * kLossBlock * 4);

  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    const int64_t end = std::min(rows, (item + 1) * rows_per_item);
    for (int64_t row = item * rows_per_item; row < end; ++row) {
      losses[item] += loss_of_row(args, tables, row / t.h, row % t.h, reinterpret_cast<float*>(planes[worker].data()));
    }
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  *args.loss = *args.weight_sum > 0 ? sum / *args.weight_sum : 0;
}

}  // namespace assay::cpu
#endif
