#include "capi/validate.h"

namespace assay::capi {

void validate(const AssayChannelCopyArgs& args, bool) {
  validate_range("dtype", args.dtype, ASSAY_F32, ASSAY_BF16);
  validate_range("pixels", args.pixels, 0, INT64_MAX);
  validate_range("channels", args.channels, 0, INT32_MAX);
  validate_range("from_channels", args.from_channels, args.channels, INT32_MAX);
  validate_range("from_channel", args.from_channel, 0, args.from_channels - args.channels);
  validate_range("to_channels", args.to_channels, args.channels, INT32_MAX);
  validate_range("to_channel", args.to_channel, 0, args.to_channels - args.channels);
  const int64_t from_elements = multiply_sizes("from", args.pixels, args.from_channels);
  const int64_t to_elements = multiply_sizes("to", args.pixels, args.to_channels);
  multiply_sizes("from", from_elements, 4);
  multiply_sizes("to", to_elements, 4);
  validate_buffer("from", args.from, multiply_sizes("channels", args.pixels, args.channels));
  validate_buffer("to", args.to, args.pixels * args.channels);
}

}  // namespace assay::capi
