#include "cudnn/algorithms.h"

#include <vector>

namespace emulated_cudnn {
namespace {

struct Algorithm {
  int number;
  bool supported, deterministic;
  int memory;  // in units of the tensor
};

// In the order of the heuristics. Forward: IMPLICIT_PRECOMP_GEMM, IMPLICIT_GEMM, GEMM; backward: ALGO_0, ALGO_1; the
// transforms are for other shapes and layouts.
const std::vector<Algorithm>& algorithms(Direction direction) {
  static const std::vector<Algorithm> kForward = {{1, true, true, 2},  {0, true, true, 1},  {2, true, true, 4},
                                                  {6, false, true, 0}, {7, false, true, 0}, {5, false, true, 0},
                                                  {4, false, true, 0}, {3, false, true, 0}};
  static const std::vector<Algorithm> kData = {{0, true, false, 1}, {1, true, true, 4},  {4, false, true, 0},
                                               {5, false, true, 0}, {2, false, true, 0}, {3, false, true, 0}};
  static const std::vector<Algorithm> kFilter = {{0, true, false, 1}, {1, true, true, 4},  {3, true, false, 2},
                                                 {5, false, true, 0}, {2, false, true, 0}, {6, false, true, 0},
                                                 {4, false, true, 0}};
  return direction == Direction::kForward ? kForward : direction == Direction::kBackwardData ? kData : kFilter;
}

const Algorithm* find(Direction direction, int number) {
  for (const Algorithm& algorithm : algorithms(direction))
    if (algorithm.number == number) return &algorithm;
  return nullptr;
}

}  // namespace

Status algorithm_status(Direction direction, int algo) {
  const Algorithm* const found = find(direction, algo);
  if (found == nullptr) return CUDNN_STATUS_BAD_PARAM;
  return found->supported ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
}

size_t workspace_bytes(Direction direction, int algo, const Tensor& largest) {
  const size_t unit = static_cast<size_t>(largest.elements()) / 8 * 8 + 256;
  return unit * static_cast<size_t>(find(direction, algo)->memory);
}

int rank_algorithms(Direction direction, const Tensor& largest, int math_type, bool measured, int wanted,
                    Performance* results) {
  int count = 0;
  for (const Algorithm& algorithm : algorithms(direction)) {
    if (count == wanted) break;
    Performance& result = results[count++];
    result = {};
    result.algo = algorithm.number;
    result.status = algorithm_status(direction, algorithm.number);
    // The heuristics know no times.
    result.time = measured && algorithm.supported ? static_cast<float>(count) : -1.0f;
    result.memory = algorithm.supported ? workspace_bytes(direction, algorithm.number, largest) : 0;
    result.determinism = algorithm.deterministic ? 1 : 0;
    result.math_type = math_type;
  }
  return count;
}

int algorithm_count(Direction direction) { return static_cast<int>(algorithms(direction).size()); }

}  // namespace emulated_cudnn
