#include <cinttypes>
#include <vector>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void validate_points(const AssayKCenterArgs& args) {
  if (args.metric == ASSAY_EUCLIDEAN) {
    validate_range("dimensions", args.dimensions, 0, INT32_MAX);
    validate_range("feature_stride", args.feature_stride, args.dimensions, INT64_MAX);
    multiply_sizes("features", multiply_sizes("features", args.points, args.feature_stride), sizeof(float));
    validate_buffer("features", args.features, args.points * args.dimensions);
    return;
  }
  validate_range("classes", args.classes, 1, ASSAY_MAX_CLASSES);
  validate_range("form", args.form, ASSAY_SUM_OVER_COMMON, ASSAY_MEAN_OVER_COMMON);
  validate_buffer("mixture", args.mixture, args.points);
  validate_buffer("present", args.present, args.points);
}

// Number of different labelled points.
int64_t validate_labelled(const AssayKCenterArgs& args) {
  std::vector<bool> seen(static_cast<size_t>(args.points));
  int64_t different = 0;
  for (int64_t i = 0; i < args.labelled_count; ++i) {
    const int32_t point = args.labelled[i];
    if (point < 0 || point >= args.points) {
      fail(ASSAY_INVALID_ARGUMENT, "labelled[%" PRId64 "]=%" PRId32 " must be in [0, points=%" PRId64 ")", i, point,
           args.points);
    }
    different += seen[point] ? 0 : 1;
    seen[point] = true;
  }
  return different;
}

}  // namespace

void validate(const AssayKCenterArgs& args, bool on_host) {
  validate_range("metric", args.metric, ASSAY_EUCLIDEAN, ASSAY_CONTEXTUAL_DIVERSITY);
  validate_range("points", args.points, 0, INT32_MAX);
  validate_points(args);
  validate_range("labelled_count", args.labelled_count, 0, INT32_MAX);
  validate_buffer("labelled", args.labelled, args.labelled_count);
  const int64_t labelled = on_host ? validate_labelled(args) : 0;
  validate_range("budget", args.budget, 0, args.points - labelled);
  if (args.labelled_count == 0 && args.budget > 0) validate_range("seed_pick", args.seed_pick, 0, args.points - 1);
  validate_buffer("order", args.order, args.budget);
  validate_required("bad_points", args.bad_points);
}

}  // namespace assay::capi
