#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_mixtures(const char* name, const char* present_name, const float* mixture, const uint8_t* present,
                       int64_t images, int64_t classes) {
  // 8 bytes of scratch per entry and a little more: whatever fits is far from 63 bits.
  multiply_sizes(name, multiply_sizes(name, images, classes * classes + 64), 16);
  validate_buffer(name, mixture, images);
  validate_buffer(present_name, present, images);
}

}  // namespace

void validate(const AssayContextDistanceArgs& args, bool) {
  validate_range("classes", args.classes, 1, ASSAY_MAX_CLASSES);
  validate_range("form", args.form, ASSAY_SUM_OVER_COMMON, ASSAY_MEAN_OVER_COMMON);
  validate_range("a_images", args.a_images, 0, INT32_MAX);
  validate_mixtures("a_mixture", "a_present", args.a_mixture, args.a_present, args.a_images, args.classes);
  if (args.b_mixture == nullptr) return;
  validate_range("b_images", args.b_images, 0, INT32_MAX);
  validate_mixtures("b_mixture", "b_present", args.b_mixture, args.b_present, args.b_images, args.classes);
}

}  // namespace assay::capi
