// resize: whole rows of images. The step along the columns of pixels goes over a row at once, whatever the channels;
// the step along a row goes pixel by pixel in fp32 scratch.
#include <algorithm>
#include <cstring>
#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/parallel_for.h"
#include "cpu/resize_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/resize_cpu.cpp"
#include <hwy/foreach_target.h>
// Highway's order: foreach_target.h first.
#include <hwy/highway.h>

#include "cpu/element_vectors-inl.h"

#ifndef ASSAY_CPU_RESIZE_PLAN
#define ASSAY_CPU_RESIZE_PLAN
namespace assay::cpu {

// Vectors may run past the end of a row of scratch by this many floats.
constexpr int64_t kScratchTail = 64;

struct ResizePlan {
  const AssayResizeArgs& args;
  math::ResizeAxis rows, columns;
  std::vector<math::ResizeSource> sources;  // of every output column; forward only
  ReaderTable row_readers, column_readers;  // backward only
};

}  // namespace assay::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace assay::cpu {
namespace HWY_NAMESPACE {

// One row of the output: between two source rows first, then between the columns of the result. A vector may run past
// the end of a pixel, whose successor comes after, but never past the end of the row.
template <typename T>
void interpolate_row(const ResizePlan& plan, int64_t row, float* between) {
  const AssayResizeArgs& args = plan.args;
  const int64_t c = args.c, count = args.in_w * c;
  const math::ResizeSource at = math::resize_source(plan.rows, static_cast<int32_t>(row % args.out_h));
  const T* image = static_cast<const T*>(args.from) + row / args.out_h * args.in_h * count;
  const T *low = image + at.low * count, *high = image + at.high * count;
  const auto row_share = VectorOps::set(at.share);
  for (int64_t k = 0; k < count; k += kElementLanes) {
    const auto x = interpolate<VectorOps>(load_some(low + k, count - k), load_some(high + k, count - k), row_share);
    store_elements(x, between + k);
  }
  const int64_t result_count = args.out_w * c;
  T* const result = static_cast<T*>(args.to) + row * result_count;
  for (int64_t j = 0; j < args.out_w; ++j) {
    const math::ResizeSource& source = plan.sources[static_cast<size_t>(j)];
    const float *left = between + source.low * c, *right = between + source.high * c;
    const auto share = VectorOps::set(source.share);
    for (int64_t k = 0; k < c; k += kElementLanes) {
      const auto x = interpolate<VectorOps>(load_elements(left + k), load_elements(right + k), share);
      store_some(x, result + j * c + k, result_count - j * c - k);
    }
  }
}

// One row of dx: over the rows of dy that read it first, then over their columns.
template <typename T>
void gather_row(const ResizePlan& plan, int64_t row, float* between) {
  const AssayResizeArgs& args = plan.args;
  const int64_t c = args.c, count = args.out_w * c;
  const Readers rows = plan.row_readers.of(row % args.in_h);
  const T* const dy = static_cast<const T*>(args.from) + (row / args.in_h * args.out_h + rows.first) * count;
  for (int64_t k = 0; k < count; k += kElementLanes) {
    auto sum = VectorOps::set(0.0f);
    for (int64_t i = 0; i < rows.count; ++i) {
      sum = VectorOps::fma(VectorOps::set(rows.weights[i]), load_some(dy + i * count + k, count - k), sum);
    }
    store_elements(sum, between + k);
  }
  const int64_t result_count = args.in_w * c;
  T* const result = static_cast<T*>(args.to) + row * result_count;
  for (int64_t q = 0; q < args.in_w; ++q) {
    const Readers columns = plan.column_readers.of(q);
    const float* const first = between + columns.first * c;
    for (int64_t k = 0; k < c; k += kElementLanes) {
      auto sum = VectorOps::set(0.0f);
      for (int64_t j = 0; j < columns.count; ++j) {
        sum = VectorOps::fma(VectorOps::set(columns.weights[j]), load_elements(first + j * c + k), sum);
      }
      store_some(sum, result + q * c + k, result_count - q * c - k);
    }
  }
}

// Row `row` of all images of the result.
void resize_row(const ResizePlan& plan, int64_t row, float* between) {
  const bool forward = plan.args.direction == ASSAY_RESIZE_FORWARD;
  if (plan.args.dtype == ASSAY_F32) {
    forward ? interpolate_row<float>(plan, row, between) : gather_row<float>(plan, row, between);
  } else {
    forward ? interpolate_row<BrainElement>(plan, row, between) : gather_row<BrainElement>(plan, row, between);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace assay::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace assay::cpu {
namespace {

HWY_EXPORT(resize_row);

// What a thread takes at once: short rows come in bundles.
constexpr int64_t kElementsPerItem = 1 << 13;

// Copies the pixels of one row of the output.
void copy_row(const ResizePlan& plan, int64_t row) {
  const AssayResizeArgs& args = plan.args;
  const int64_t pixel = args.c * (args.dtype == ASSAY_F32 ? 4 : 2);
  const int64_t source = math::resize_source(plan.rows, static_cast<int32_t>(row % args.out_h)).low;
  const auto* from =
      static_cast<const unsigned char*>(args.from) + (row / args.out_h * args.in_h + source) * args.in_w * pixel;
  auto* to = static_cast<unsigned char*>(args.to) + row * args.out_w * pixel;
  for (int64_t j = 0; j < args.out_w; ++j) {
    const int64_t low = plan.sources[static_cast<size_t>(j)].low;
    std::memcpy(to + j * pixel, from + low * pixel, static_cast<size_t>(pixel));
  }
}

ResizePlan plan_resize(const AssayResizeArgs& args) {
  const auto axis = [&](int64_t in, int64_t out) {
    return math::ResizeAxis{static_cast<int32_t>(args.rule), static_cast<int32_t>(in), static_cast<int32_t>(out)};
  };
  ResizePlan plan = {args, axis(args.in_h, args.out_h), axis(args.in_w, args.out_w), {}, {}, {}};
  if (args.direction == ASSAY_RESIZE_BACKWARD) {
    plan.row_readers = ReaderTable(plan.rows);
    plan.column_readers = ReaderTable(plan.columns);
    return plan;
  }
  plan.sources.reserve(static_cast<size_t>(args.out_w));
  for (int32_t j = 0; j < plan.columns.out; ++j) plan.sources.push_back(math::resize_source(plan.columns, j));
  return plan;
}

}  // namespace

void resize(const AssayExec& exec, const AssayResizeArgs& args) {
  const ResizePlan plan = plan_resize(args);
  const bool forward = args.direction == ASSAY_RESIZE_FORWARD;
  const int64_t rows = args.n * (forward ? args.out_h : args.in_h);
  const int64_t row_elements = args.c * std::max(args.in_w, args.out_w);
  const int64_t rows_per_item = std::max<int64_t>(1, kElementsPerItem / row_elements);
  const int64_t items = (rows + rows_per_item - 1) / rows_per_item;
  const int64_t workers = std::min(items, thread_count(exec.threads));
  const int64_t between = args.c * (forward ? args.in_w : args.out_w) + kScratchTail;
  const bool copies = forward && args.rule == ASSAY_NEAREST_HALF_PIXEL;
  std::vector<float> scratch(copies ? 0 : static_cast<size_t>(workers * between));
  parallel_for(items, workers, [&](int64_t item, int64_t worker) {
    const int64_t end = std::min(rows, (item + 1) * rows_per_item);
    for (int64_t row = item * rows_per_item; row < end; ++row) {
      if (copies) {
        copy_row(plan, row);
      } else {
        HWY_DYNAMIC_DISPATCH(resize_row)(plan, row, scratch.data() + worker * between);
      }
    }
  });
}

}  // namespace assay::cpu
#endif
