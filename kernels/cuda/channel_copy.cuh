// channel_copy: device body. Contract: assay/kernels/channel_copy.h.
#ifndef ASSAY_CUDA_CHANNEL_COPY_CUH
#define ASSAY_CUDA_CHANNEL_COPY_CUH

#include "assay/kernels/channel_copy.h"
#include "cuda/device.h"

namespace assay::cuda {

// What one thread moves at once.
template <int kBytes>
struct alignas(kBytes) CopyUnit {
  unsigned char bytes[kBytes];
};

// Lengths in units. A thread goes from unit i to i + threads, that is, on by step_pixels and step_column: no division
// in the loop.
struct ChannelRows {
  int64_t pixels, row, from_row, to_row;
  int64_t step_pixels, step_column;
};

template <int kBytes>
static __global__ void __launch_bounds__(256)
    channel_copy_kernel(const CopyUnit<kBytes>* from, CopyUnit<kBytes>* to, ChannelRows rows) {
  const int64_t first = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  int64_t pixel = first / rows.row, column = first % rows.row;
  while (pixel < rows.pixels) {
    to[pixel * rows.to_row + column] = from[pixel * rows.from_row + column];
    pixel += rows.step_pixels;
    column += rows.step_column;
    if (column >= rows.row) {
      column -= rows.row;
      ++pixel;
    }
  }
}

template <int kBytes, class Queue>
void enqueue_units(Queue& queue, const void* from, void* to, ChannelRows rows) {
  rows.row /= kBytes;
  rows.from_row /= kBytes;
  rows.to_row /= kBytes;
  Geometry geometry;
  geometry.threads = 256;
  geometry.blocks_x = min_of(ceil_div(rows.pixels * rows.row, geometry.threads), queue.processors() * 8);
  const int64_t threads = geometry.blocks_x * geometry.threads;
  rows.step_pixels = threads / rows.row;
  rows.step_column = threads % rows.row;
  queue.launch("channel_copy", geometry, channel_copy_kernel<kBytes>, static_cast<const CopyUnit<kBytes>*>(from),
               static_cast<CopyUnit<kBytes>*>(to), rows);
}

template <class Queue>
void enqueue_channel_copy(Queue& queue, const AssayChannelCopyArgs& args) {
  if (args.pixels == 0 || args.channels == 0) return;
  const int64_t bytes = args.dtype == ASSAY_F32 ? 4 : 2;
  const unsigned char* const from = static_cast<const unsigned char*>(args.from) + args.from_channel * bytes;
  unsigned char* const to = static_cast<unsigned char*>(args.to) + args.to_channel * bytes;
  const ChannelRows rows = {
      args.pixels, args.channels * bytes, args.from_channels * bytes, args.to_channels * bytes, 0, 0};
  const uintptr_t bits = reinterpret_cast<uintptr_t>(from) | reinterpret_cast<uintptr_t>(to) |
                         static_cast<uintptr_t>(rows.row | rows.from_row | rows.to_row);
  if (bits % 16 == 0) return enqueue_units<16>(queue, from, to, rows);
  if (bits % 8 == 0) return enqueue_units<8>(queue, from, to, rows);
  if (bits % 4 == 0) return enqueue_units<4>(queue, from, to, rows);
  enqueue_units<2>(queue, from, to, rows);
}

}  // namespace assay::cuda

#endif
