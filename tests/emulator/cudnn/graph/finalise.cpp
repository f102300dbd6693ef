// What each kind of descriptor becomes when it is finalised.
#include "cudnn/graph/descriptor.h"
#include "cudnn/graph/engines.h"
#include "cudnn/graph/schema.h"
#include "cudnn/handle.h"

namespace emulated_cudnn::graph {
namespace {

bool is_power_of_two(int64_t value) { return value > 0 && (value & (value - 1)) == 0; }

void finalise_tensor(Descriptor& d) {
  Node& node = d.node;
  node.uid = d.number(kTensorUid, 0);
  node.alignment = d.number(kTensorAlignment, 1);
  node.is_virtual = d.number(kTensorVirtual, 0) != 0;
  node.by_value = d.number(kTensorByValue, 0) != 0;
  node.tensor.type = static_cast<int>(d.number(kTensorType, -1));
  const std::vector<int64_t> dims = d.numbers(kTensorDimensions), strides = d.numbers(kTensorStrides);
  for (size_t i = 0; i < 4; ++i) {
    require(dims[i] > 0 && strides[i] > 0, CUDNN_STATUS_BAD_PARAM, "dimensions and strides must be positive");
    node.tensor.dims[i] = dims[i];
    node.tensor.strides[i] = strides[i];
  }
  const int type = node.tensor.type;
  require(type == kFloat || type == kHalf || type == kBfloat16 || type == kBoolean, CUDNN_STATUS_NOT_SUPPORTED,
          "tensors are float, half, bfloat16 or boolean here");
  require(is_power_of_two(node.alignment), CUDNN_STATUS_BAD_PARAM, "the alignment must be a power of two");
  require(!(node.is_virtual && node.by_value), CUDNN_STATUS_BAD_PARAM, "a tensor is virtual or by value, not both");
}

void finalise_convolution(Descriptor& d) {
  require(d.number(kConvolutionDimensions, 0) == 2, CUDNN_STATUS_NOT_SUPPORTED, "two spatial dimensions here");
  require(d.numbers(kConvolutionPrePaddings) == d.numbers(kConvolutionPostPaddings), CUDNN_STATUS_NOT_SUPPORTED,
          "paddings must be the same on both sides here");
  Convolution& rule = d.convolution;
  rule.set = true;
  rule.mode = static_cast<int>(d.number(kConvolutionMode, 1));
  rule.compute_type = static_cast<int>(d.number(kConvolutionType, kFloat));
  for (size_t i = 0; i < 2; ++i) {
    rule.pad[i] = static_cast<int>(d.numbers(kConvolutionPrePaddings)[i]);
    rule.stride[i] = static_cast<int>(d.numbers(kConvolutionStrides)[i]);
    rule.dilation[i] = static_cast<int>(d.numbers(kConvolutionDilations)[i]);
    require(rule.pad[i] >= 0 && rule.stride[i] > 0 && rule.dilation[i] > 0, CUDNN_STATUS_BAD_PARAM,
            "strides and dilations must be positive, paddings not negative");
  }
}

void finalise_pointwise(Descriptor& d) {
  require(d.number(kPointwisePrecision, -1) == kFloat, CUDNN_STATUS_NOT_SUPPORTED, "computing in float only here");
  d.pointwise = {static_cast<int>(d.number(kPointwiseMode, -1)), d.real(kPointwiseLowerClip, 0),
                 d.number(kPointwiseNan, 0) != 0};
}

void require_convolution_fits(Operation& operation) {
  const Tensor &x = operation.at(kForwardX).tensor, &w = operation.at(kForwardW).tensor;
  Convolution& rule = operation.convolution;
  require(x.dims[1] % w.dims[1] == 0, CUDNN_STATUS_BAD_PARAM, "the filter's channels must divide those of x");
  rule.groups = static_cast<int>(x.dims[1] / w.dims[1]);
  require(w.dims[0] % rule.groups == 0, CUDNN_STATUS_BAD_PARAM, "the groups must divide the filters");
  std::array<int64_t, 4> dims{x.dims[0], w.dims[0], 0, 0};
  for (size_t i = 0; i < 2; ++i) {
    const int64_t window = rule.dilation[i] * (w.dims[2 + i] - 1) + 1;
    dims[2 + i] = 1 + (x.dims[2 + i] + 2 * rule.pad[i] - window) / rule.stride[i];
  }
  require(operation.at(kForwardY).tensor.dims == dims, CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH,
          "y is not of the size that the convolution gives");
}

void require_per_channel(const Operation& operation, std::initializer_list<int> names, int64_t channels) {
  for (const int name : names) {
    const Tensor& tensor = operation.at(name).tensor;
    require(tensor.dims == std::array<int64_t, 4>{1, channels, 1, 1}, CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH,
            "parameters and statistics must be 1 x c x 1 x 1");
  }
}

void require_norm_fits(const Operation& operation) {
  const bool forward = operation.kind == kNormForward;
  const Tensor& x = operation.at(forward ? kNormX : kGradientX).tensor;
  if (forward) {
    require_per_channel(operation,
                        {kNormScale, kNormBias, kNormMean, kNormInverse, kNormOldMean, kNormOldVariance, kNormNewMean,
                         kNormNewVariance},
                        x.dims[1]);
    for (const int name : {kNormEpsilon, kNormFactor})
      require(operation.at(name).by_value, CUDNN_STATUS_BAD_PARAM, "epsilon and factor must be passed by value");
  } else {
    require_per_channel(operation, {kGradientScale, kGradientMean, kGradientInverse, kGradientDscale, kGradientDbias},
                        x.dims[1]);
    require(operation.at(kGradientDy).tensor.dims == x.dims, CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH,
            "dy must have the size of x");
  }
  require(operation.at(forward ? kNormY : kGradientDx).tensor.dims == x.dims, CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH,
          "the result must have the size of x");
}

void finalise_operation(Descriptor& d) {
  Operation& operation = d.operation;
  operation.kind = d.kind;
  for (const Attribute* const attribute : attributes_of(d.kind)) {
    const int name = attribute->name;
    if (attribute->type == kDescriptorType && name != kForwardRule && name != kOperationRule && d.has(name))
      operation.nodes[name] = d.link(name, kTensor).node;
  }
  switch (d.kind) {
    case kConvolutionForward:
      require(d.real(kForwardAlpha, 0) == 1 && d.real(kForwardBeta, 1) == 0, CUDNN_STATUS_NOT_SUPPORTED,
              "alpha must be 1 and beta 0 here");
      operation.convolution = d.link(kForwardRule, kConvolutionRule).convolution;
      require_convolution_fits(operation);
      break;
    case kPointwiseOperation:
      operation.pointwise = d.link(kOperationRule, kPointwise).pointwise;
      require(operation.has(kOperationB) == (operation.pointwise.function != kReluForward), CUDNN_STATUS_BAD_PARAM,
              "the function takes another number of inputs");
      break;
    default:
      require(d.number(d.kind == kNormForward ? kNormMode : kGradientMode, -1) == kBatchNorm,
              CUDNN_STATUS_NOT_SUPPORTED, "batch normalisation only here");
      require(d.kind != kNormForward || d.number(kNormPhase, -1) == kTraining, CUDNN_STATUS_NOT_SUPPORTED,
              "training only here");
      require_norm_fits(operation);
  }
}

void finalise_graph(Descriptor& d) {
  // The fault of this name makes the library refuse graphs, whatever they are.
  const Status refused = emulator::machine().faults.count("operation_graph");
  require(refused == CUDNN_STATUS_SUCCESS, refused, "a planned fault");
  void* const handle = d.pointers(kGraphHandle).at(0);
  handle_of(handle);
  std::vector<Operation> operations;
  for (void* const pointer : d.pointers(kGraphOperations)) {
    const Descriptor& operation = descriptor_of(pointer);
    require(operation.finalised, CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "an operation is not finalised");
    require(operation.operation.kind >= 0, CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "a graph is of operations");
    operations.push_back(operation.operation);
  }
  d.graph = std::make_shared<const Graph>(connect(handle, operations));
}

void finalise_plan(Descriptor& d) {
  handle_of(d.pointers(kPlanHandle).at(0));
  const Engine& engine = d.link(kPlanConfig, kEngineConfig).engines.at(0);
  require(engine.builds, CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING, "the engine cannot be built here");
  d.engines = {engine};
  const int64_t bytes = static_cast<int64_t>(engine.workspace);
  d.keep(kPlanWorkspace, kInt64Type, &bytes, 1);
}

void finalise_pack(Descriptor& d) {
  const std::vector<int64_t> uids = d.numbers(kPackUids);
  const std::vector<void*> pointers = d.pointers(kPackPointers);
  require(uids.size() == pointers.size(), CUDNN_STATUS_BAD_PARAM, "as many pointers as unique ids");
  for (size_t i = 0; i < uids.size(); ++i)
    require(d.pack.pointers.emplace(uids[i], pointers[i]).second, CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES,
            "a unique id is there twice");
  d.pack.workspace = d.pointers(kPackWorkspace).at(0);
}

}  // namespace

void finalise(Descriptor& d) {
  require(!d.finalised, CUDNN_STATUS_BAD_PARAM, "the descriptor is finalised already");
  for (const Attribute* const attribute : attributes_of(d.kind))
    require(attribute->use != Use::kRequired || d.has(attribute->name), CUDNN_STATUS_BAD_PARAM,
            "an attribute that is required was not set");
  switch (d.kind) {
    case kTensor:
      finalise_tensor(d);
      break;
    case kConvolutionRule:
      finalise_convolution(d);
      break;
    case kPointwise:
      finalise_pointwise(d);
      break;
    case kOperationGraph:
      finalise_graph(d);
      break;
    case kHeuristics:
      d.engines =
          engines_for(d.link(kHeuristicGraph, kOperationGraph).graph, static_cast<int>(d.number(kHeuristicMode, -1)));
      break;
    case kExecutionPlan:
      finalise_plan(d);
      break;
    case kVariantPack:
      finalise_pack(d);
      break;
    case kEngine:
    case kEngineConfig:
      throw Failure(CUDNN_STATUS_NOT_SUPPORTED, "engines come from the heuristics here");
    default:
      finalise_operation(d);
  }
  d.finalised = true;
}

}  // namespace emulated_cudnn::graph
