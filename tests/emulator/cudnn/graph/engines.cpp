#include "cudnn/graph/engines.h"

namespace emulated_cudnn::graph {
namespace {

void require_pattern(bool condition, const char* why) {
  require(condition, CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, why);
}

bool is_dense_nhwc(const Tensor& t) {
  const int64_t c = t.dims[1], h = t.dims[2], w = t.dims[3];
  return t.strides == std::array<int64_t, 4>{c * h * w, 1, c * w, c};
}

void require_layouts(const Graph& graph) {
  for (const auto& [uid, node] : graph.nodes) {
    if (node.by_value) continue;
    require(is_dense_nhwc(node.tensor), CUDNN_STATUS_NOT_SUPPORTED_LAYOUT, "tensors must be packed NHWC");
    require(!node.is_virtual || node.tensor.type != kBoolean, CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE,
            "tensors between operations are of numbers here");
  }
}

// A pointwise operation whose first input is the whole tensor before it, the second the same size, one value per
// channel, or one value.
void require_step(const Operation& step, const Node& before) {
  require_pattern(step.kind == kPointwiseOperation, "a pointwise operation must follow here");
  require_pattern(step.at(kOperationX) == before, "the result before must be the first input");
  require_pattern(step.at(kOperationY).tensor.dims == before.tensor.dims, "pointwise operations keep the size");
  if (!step.has(kOperationB)) return;
  const std::array<int64_t, 4>& b = step.at(kOperationB).tensor.dims;
  require_pattern(b == before.tensor.dims || b == std::array<int64_t, 4>{1, before.tensor.dims[1], 1, 1} ||
                      b == std::array<int64_t, 4>{1, 1, 1, 1},
                  "the second input must be as large, per channel, or one value");
}

void require_convolution(const Graph& graph) {
  const Operation& convolution = graph.operations[0];
  const int type = convolution.at(kForwardX).tensor.type;
  require(type != kBoolean && convolution.at(kForwardW).tensor.type == type &&
              convolution.convolution.compute_type == kFloat,
          CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "x and w must be of one type and sums float");
  const Node* last = &convolution.at(kForwardY);
  for (size_t i = 1; i < graph.operations.size(); ++i) {
    const Operation& step = graph.operations[i];
    require_pattern(last->is_virtual, "one result leaves the graph");
    require_step(step, *last);
    require_pattern(step.pointwise.function == kAdd || step.pointwise.function == kReluForward,
                    "sums and ReLU follow a convolution here");
    last = &step.at(kOperationY);
  }
  require_pattern(!last->is_virtual, "the last result must leave the graph");
}

void require_channels(const Tensor& x) {
  const int64_t unit = x.type == kFloat ? 4 : 8;
  require(x.dims[1] % unit == 0, CUDNN_STATUS_NOT_SUPPORTED_SHAPE,
          "channels must come in fours for float, in eights otherwise");
  require(emulator::settings().compute_capability >= 80, CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH,
          "normalisations need compute capability 8.0");
}

// The fault of this name makes the library take tensors only.
void require_comparison(const Operation& step) {
  require_pattern(step.at(kOperationY).tensor.type == kBoolean, "a comparison gives truth values");
  if (!step.at(kOperationB).by_value) return;
  const Status refused = emulator::machine().faults.count("compare_with_value");
  require(refused == CUDNN_STATUS_SUCCESS, refused, "a planned fault");
}

void require_norm_forward(const Graph& graph) {
  const Operation& norm = graph.operations[0];
  require_channels(norm.at(kNormX).tensor);
  const Node* last = &norm.at(kNormY);
  int previous = -1;
  for (size_t i = 1; i < graph.operations.size(); ++i) {
    const Operation& step = graph.operations[i];
    const int function = step.pointwise.function;
    require_step(step, *last);
    require_pattern(function == kAdd || function == kReluForward || function == kGreater, "sum, ReLU and > only");
    require_pattern(previous != kGreater && (previous != kReluForward || function == kGreater),
                    "sum, ReLU and > in this order");
    require_pattern(last->is_virtual == (function != kGreater), "y leaves the graph, and nothing before it");
    if (function == kGreater) require_comparison(step);
    last = &step.at(kOperationY);
    previous = function;
  }
  require_pattern(!last->is_virtual, "y must leave the graph");
}

void require_norm_backward(const Graph& graph) {
  const Operation& norm = graph.operations.back();
  require_channels(norm.at(kGradientX).tensor);
  require_pattern(graph.operations.size() <= 2 && norm.kind == kNormBackward, "one product before the gradients");
  if (graph.operations.size() == 1) return;
  const Operation& mask = graph.operations[0];
  require_step(mask, mask.at(kOperationX));
  require_pattern(mask.pointwise.function == kMultiply && mask.at(kOperationB).tensor.type == kBoolean &&
                      mask.at(kOperationB).tensor.dims == mask.at(kOperationX).tensor.dims,
                  "ReLU's gradient is the product with a mask");
  require_pattern(mask.at(kOperationY) == norm.at(kGradientDy), "the product must be the normalisation's dy");
}

size_t unit_of(const Graph& graph) {
  size_t bytes = 256;
  for (const auto& [uid, node] : graph.nodes)
    if (!node.by_value) bytes += static_cast<size_t>(node.tensor.dims[1]) * 64;
  return bytes;
}

}  // namespace

std::vector<Engine> engines_for(const std::shared_ptr<const Graph>& graph, int mode) {
  require(mode >= kModeInstant && mode <= kModeA, CUDNN_STATUS_BAD_PARAM, "mode is none of heuristics");
  require_layouts(*graph);
  const bool convolution = graph->operations[0].kind == kConvolutionForward;
  if (convolution) {
    require_convolution(*graph);
  } else if (graph->operations[0].kind == kNormForward) {
    require_norm_forward(*graph);
  } else {
    require_norm_backward(*graph);
  }
  const size_t unit = unit_of(*graph);
  if (mode == kModeFallback) return {{graph, kPlainEngine, {}, {}, true, 0}};
  std::vector<Engine> engines = {{graph, kNondeterministicEngine, {kNondeterministic}, {}, true, unit},
                                 {graph, kBrokenEngine, {}, {kRuntimeCompilation}, false, 0}};
  if (convolution) {
    engines.push_back({graph, kTensorCoreEngine, {kTensorCore}, {kRuntimeCompilation}, true, 2 * unit});
  } else {
    engines.push_back({graph, kPlainEngine, {}, {kRuntimeCompilation}, true, 3 * unit});
  }
  return engines;
}

}  // namespace emulated_cudnn::graph
