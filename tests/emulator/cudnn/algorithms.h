// Which algorithms a convolution has, in what order the heuristics name them, and how much workspace each needs.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_ALGORITHMS_H
#define ASSAY_TESTS_EMULATOR_CUDNN_ALGORITHMS_H

#include "cudnn/descriptors.h"

namespace emulated_cudnn {

enum class Direction { kForward, kBackwardData, kBackwardFilter };

// What of it `algo` can do, or NOT_SUPPORTED. Each direction has two that do everything: one needs the other's
// workspace several times over. Backward, the first that the heuristics name is not deterministic.
Status algorithm_status(Direction direction, int algo);
size_t workspace_bytes(Direction direction, int algo, const Tensor& largest);

// As cudnnConvolution*AlgoPerf_t.
struct Performance {
  int algo;
  Status status;
  float time;
  size_t memory;
  int determinism;
  int math_type;
  int reserved[3];
};
// The first `wanted`; returns how many.
int rank_algorithms(Direction direction, const Tensor& largest, int math_type, bool measured, int wanted,
                    Performance* results);
int algorithm_count(Direction direction);

}  // namespace emulated_cudnn

#endif
