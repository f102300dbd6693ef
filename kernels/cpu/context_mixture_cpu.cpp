#include <vector>

#include "cpu/cpu_table.h"
#include "cpu/region_mixture.h"
#include "cpu/region_pass.h"

namespace assay::cpu {
namespace {

// One region per image.
std::vector<int32_t> whole_images(const AssayTensor& input) {
  std::vector<int32_t> nxy(3 * input.n);
  for (int64_t n = 0; n < input.n; ++n) nxy[3 * n] = static_cast<int32_t>(n);
  return nxy;
}

void write_region(const AssayContextMixtureArgs& args, int64_t region, const RegionTotals& totals) {
  const int64_t classes = args.input.c;
  for (int64_t a = 0; a < classes; ++a) {
    const int64_t at = region * classes + a;
    if (args.present != nullptr) args.present[at] = totals.histogram[a] > 0 ? 1 : 0;
    if (args.pixels != nullptr) args.pixels[at] = totals.histogram[a];
  }
  if (args.mixture != nullptr) write_mixture(args.mixture, classes, region, totals);
}

}  // namespace

void context_mixture(const AssayExec& exec, const AssayContextMixtureArgs& args) {
  RegionWants wants = {};
  wants.mixture = args.mixture != nullptr;
  RegionRequest request = {args.input, args.input_kind, args.region_nxy, args.regions, args.region_w, args.region_h,
                           wants};
  std::vector<int32_t> images;
  if (args.region_nxy == nullptr) {
    images = whole_images(args.input);
    request.nxy = images.data();
    request.count = args.input.n;
    request.w = args.input.w;
    request.h = args.input.h;
  }
  *args.nan_pixels = run_regions(
      exec, request, {}, {}, [&](int64_t region, const RegionTotals& totals) { write_region(args, region, totals); });
}

}  // namespace assay::cpu
