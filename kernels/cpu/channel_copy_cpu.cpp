// channel_copy: one memcpy per pixel.
#include <cstring>

#include "cpu/cpu_table.h"
#include "cpu/over_chunks.h"

namespace assay::cpu {

void channel_copy(const AssayExec& exec, const AssayChannelCopyArgs& args) {
  if (args.channels == 0) return;
  const int64_t bytes = args.dtype == ASSAY_F32 ? 4 : 2;
  const auto* from = static_cast<const unsigned char*>(args.from) + args.from_channel * bytes;
  auto* to = static_cast<unsigned char*>(args.to) + args.to_channel * bytes;
  const int64_t from_row = args.from_channels * bytes, to_row = args.to_channels * bytes;
  const auto row = static_cast<size_t>(args.channels * bytes);
  const int64_t pixels_per_chunk = std::max<int64_t>(1, kElementsPerChunk / args.channels);
  over_chunks(exec, args.pixels, pixels_per_chunk, [&](int64_t begin, int64_t size) {
    for (int64_t i = begin; i < begin + size; ++i) std::memcpy(to + i * to_row, from + i * from_row, row);
  });
}

}  // namespace assay::cpu
