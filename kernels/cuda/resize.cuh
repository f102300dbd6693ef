// resize: device bodies. Contract: assay/kernels/resize.h.
#ifndef ASSAY_CUDA_RESIZE_CUH
#define ASSAY_CUDA_RESIZE_CUH

#include "assay/kernels/resize.h"
#include "cuda/element_pack.cuh"
#include "math/resize_axis.h"

namespace assay::cuda {

constexpr unsigned kResizeThreads = 256;

struct ResizeShape {
  math::ResizeAxis rows, columns;
  int64_t channels, rows_in_all;  // of the result, over all images
  int row_packs, pixel_packs;     // of the result
};

// Where one thread works: one pack of channels of one pixel of the result.
struct ResizePlace {
  int64_t image;
  int row, column;
  int64_t channel;
};

// Calls `body(place, index)` for every pack of the result; a block's threads work in one row.
template <int V, class Body>
__device__ __forceinline__ void for_each_pack(const ResizeShape& shape, int row_extent, Body&& body) {
  const int64_t segments = ceil_div(shape.row_packs, kResizeThreads);
  for (int64_t task = blockIdx.x; task < shape.rows_in_all * segments; task += gridDim.x) {
    const int64_t row = task / segments;
    const int pack =
        static_cast<int>(task % segments) * static_cast<int>(kResizeThreads) + static_cast<int>(threadIdx.x);
    if (pack >= shape.row_packs) continue;
    const int column = pack / shape.pixel_packs;
    body(ResizePlace{row / row_extent, static_cast<int>(row % row_extent), column,
                     static_cast<int64_t>(pack - column * shape.pixel_packs) * V},
         (row * shape.row_packs + pack) * V);
  }
}

template <class Type, int V, bool kNearest>
static __global__ void __launch_bounds__(kResizeThreads)
    resize_forward_kernel(const typename Type::Stored* x, typename Type::Stored* y, ResizeShape shape) {
  for_each_pack<V>(shape, shape.rows.out, [&](const ResizePlace& at, int64_t index) {
    const math::ResizeSource rows = math::resize_source(shape.rows, at.row);
    const math::ResizeSource columns = math::resize_source(shape.columns, at.column);
    const typename Type::Stored* const image =
        x + at.image * shape.rows.in * shape.columns.in * shape.channels + at.channel;
    const auto pixel = [&](int row, int column) {
      return image + (static_cast<int64_t>(row) * shape.columns.in + column) * shape.channels;
    };
    if constexpr (kNearest) {
      *reinterpret_cast<ElementPack<Type, V>*>(y + index) =
          *reinterpret_cast<const ElementPack<Type, V>*>(pixel(rows.low, columns.low));
    } else {
      float corner[4][V], out[V];
      load_pack<Type, V>(pixel(rows.low, columns.low), corner[0]);
      load_pack<Type, V>(pixel(rows.high, columns.low), corner[1]);
      load_pack<Type, V>(pixel(rows.low, columns.high), corner[2]);
      load_pack<Type, V>(pixel(rows.high, columns.high), corner[3]);
#pragma unroll
      for (int k = 0; k < V; ++k) {
        using Ops = math::ScalarOps;
        const float left = math::interpolate<Ops>(corner[0][k], corner[1][k], rows.share);
        const float right = math::interpolate<Ops>(corner[2][k], corner[3][k], rows.share);
        out[k] = math::interpolate<Ops>(left, right, columns.share);
      }
      store_pack<Type, V>(out, y + index);
    }
  });
}

// A gather: no two threads add to one element.
template <class Type, int V>
static __global__ void __launch_bounds__(kResizeThreads)
    resize_backward_kernel(const typename Type::Stored* dy, typename Type::Stored* dx, ResizeShape shape) {
  for_each_pack<V>(shape, shape.rows.in, [&](const ResizePlace& at, int64_t index) {
    const math::ResizeReaders rows = math::resize_readers(shape.rows, at.row);
    const math::ResizeReaders columns = math::resize_readers(shape.columns, at.column);
    const typename Type::Stored* const image =
        dy + at.image * shape.rows.out * shape.columns.out * shape.channels + at.channel;
    float sum[V] = {};
    for (int j = columns.first; j < columns.end; ++j) {
      float over_rows[V] = {};
      for (int i = rows.first; i < rows.end; ++i) {
        float x[V];
        load_pack<Type, V>(image + (static_cast<int64_t>(i) * shape.columns.out + j) * shape.channels, x);
        const float weight = math::resize_weight(shape.rows, i, at.row);
#pragma unroll
        for (int k = 0; k < V; ++k) over_rows[k] = fmaf(weight, x[k], over_rows[k]);
      }
      const float weight = math::resize_weight(shape.columns, j, at.column);
#pragma unroll
      for (int k = 0; k < V; ++k) sum[k] = fmaf(weight, over_rows[k], sum[k]);
    }
    store_pack<Type, V>(sum, dx + index);
  });
}

template <class Type, int V, class Queue>
void enqueue_packs(Queue& queue, const AssayResizeArgs& args, ResizeShape shape) {
  const bool forward = args.direction == ASSAY_RESIZE_FORWARD;
  shape.pixel_packs = static_cast<int>(args.c / V);
  shape.row_packs = static_cast<int>(forward ? args.out_w : args.in_w) * shape.pixel_packs;
  Geometry geometry;
  geometry.threads = kResizeThreads;
  geometry.blocks_x = min_of(shape.rows_in_all * ceil_div(shape.row_packs, kResizeThreads), queue.processors() * 16);
  const auto* const from = static_cast<const typename Type::Stored*>(args.from);
  auto* const to = static_cast<typename Type::Stored*>(args.to);
  if (!forward) {
    queue.launch("resize_backward", geometry, resize_backward_kernel<Type, V>, from, to, shape);
  } else if (args.rule == ASSAY_NEAREST_HALF_PIXEL) {
    queue.launch("resize_nearest", geometry, resize_forward_kernel<Type, V, true>, from, to, shape);
  } else {
    queue.launch("resize_bilinear", geometry, resize_forward_kernel<Type, V, false>, from, to, shape);
  }
}

template <class Queue>
void enqueue_resize(Queue& queue, const AssayResizeArgs& args) {
  const auto axis = [&](int64_t in, int64_t out) {
    return math::ResizeAxis{static_cast<int32_t>(args.rule), static_cast<int32_t>(in), static_cast<int32_t>(out)};
  };
  const ResizeShape shape = {axis(args.in_h, args.out_h),
                             axis(args.in_w, args.out_w),
                             args.c,
                             args.n * (args.direction == ASSAY_RESIZE_FORWARD ? args.out_h : args.in_h),
                             0,
                             0};
  dispatch_element(args.dtype, [&](auto type) {
    using Type = decltype(type);
    if (args.c % Type::kPerVector == 0 && aligned_16(args.from) && aligned_16(args.to)) {
      enqueue_packs<Type, Type::kPerVector>(queue, args, shape);
    } else {
      enqueue_packs<Type, 1>(queue, args, shape);
    }
  });
}

}  // namespace assay::cuda

#endif
