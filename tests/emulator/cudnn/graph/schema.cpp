#include "cudnn/graph/schema.h"

#include "cudnn/graph/names.h"

namespace emulated_cudnn::graph {
namespace {

constexpr int64_t kMany = 64;
constexpr Use kRequired = Use::kRequired, kOptional = Use::kOptional, kReadOnly = Use::kReadOnly;

const Attribute kAttributes[] = {
    {kPointwise, kPointwiseMode, kPointwiseModeType, 1, 1, kRequired},
    {kPointwise, kPointwisePrecision, kDataTypeType, 1, 1, kRequired},
    {kPointwise, kPointwiseNan, kNanType, 1, 1, kOptional},
    {kPointwise, kPointwiseLowerClip, kDoubleType, 1, 1, kOptional},
    {kConvolutionRule, kConvolutionType, kDataTypeType, 1, 1, kRequired},
    {kConvolutionRule, kConvolutionMode, kConvolutionModeType, 1, 1, kRequired},
    {kConvolutionRule, kConvolutionDimensions, kInt64Type, 1, 1, kRequired},
    {kConvolutionRule, kConvolutionDilations, kInt64Type, 2, 2, kRequired},
    {kConvolutionRule, kConvolutionStrides, kInt64Type, 2, 2, kRequired},
    {kConvolutionRule, kConvolutionPrePaddings, kInt64Type, 2, 2, kRequired},
    {kConvolutionRule, kConvolutionPostPaddings, kInt64Type, 2, 2, kRequired},
    {kTensor, kTensorUid, kInt64Type, 1, 1, kRequired},
    {kTensor, kTensorType, kDataTypeType, 1, 1, kRequired},
    {kTensor, kTensorDimensions, kInt64Type, 4, 4, kRequired},
    {kTensor, kTensorStrides, kInt64Type, 4, 4, kRequired},
    {kTensor, kTensorAlignment, kInt64Type, 1, 1, kRequired},
    {kTensor, kTensorVirtual, kBooleanType, 1, 1, kOptional},
    {kTensor, kTensorByValue, kBooleanType, 1, 1, kOptional},
    {kConvolutionForward, kForwardAlpha, kFloatType, 1, 1, kRequired},
    {kConvolutionForward, kForwardBeta, kFloatType, 1, 1, kRequired},
    {kConvolutionForward, kForwardRule, kDescriptorType, 1, 1, kRequired},
    {kConvolutionForward, kForwardX, kDescriptorType, 1, 1, kRequired},
    {kConvolutionForward, kForwardW, kDescriptorType, 1, 1, kRequired},
    {kConvolutionForward, kForwardY, kDescriptorType, 1, 1, kRequired},
    {kPointwiseOperation, kOperationRule, kDescriptorType, 1, 1, kRequired},
    {kPointwiseOperation, kOperationX, kDescriptorType, 1, 1, kRequired},
    {kPointwiseOperation, kOperationB, kDescriptorType, 1, 1, kOptional},
    {kPointwiseOperation, kOperationY, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormMode, kNormModeType, 1, 1, kRequired},
    {kNormForward, kNormPhase, kNormPhaseType, 1, 1, kRequired},
    {kNormForward, kNormX, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormMean, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormInverse, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormScale, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormBias, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormEpsilon, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormFactor, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormOldMean, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormOldVariance, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormNewMean, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormNewVariance, kDescriptorType, 1, 1, kRequired},
    {kNormForward, kNormY, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientMode, kNormModeType, 1, 1, kRequired},
    {kNormBackward, kGradientX, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientMean, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientInverse, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientDy, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientScale, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientDscale, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientDbias, kDescriptorType, 1, 1, kRequired},
    {kNormBackward, kGradientDx, kDescriptorType, 1, 1, kRequired},
    {kOperationGraph, kGraphHandle, kHandleType, 1, 1, kRequired},
    {kOperationGraph, kGraphOperations, kDescriptorType, 1, kMany, kRequired},
    {kHeuristics, kHeuristicGraph, kDescriptorType, 1, 1, kRequired},
    {kHeuristics, kHeuristicMode, kHeuristicModeType, 1, 1, kRequired},
    {kHeuristics, kHeuristicResults, kDescriptorType, 0, kMany, kReadOnly},
    {kEngineConfig, kConfigEngine, kDescriptorType, 1, 1, kReadOnly},
    {kEngine, kEngineIndex, kInt64Type, 1, 1, kReadOnly},
    {kEngine, kEngineNumericalNotes, kNumericalNoteType, 0, kMany, kReadOnly},
    {kEngine, kEngineBehaviorNotes, kBehaviorNoteType, 0, kMany, kReadOnly},
    {kExecutionPlan, kPlanHandle, kHandleType, 1, 1, kRequired},
    {kExecutionPlan, kPlanConfig, kDescriptorType, 1, 1, kRequired},
    {kExecutionPlan, kPlanWorkspace, kInt64Type, 1, 1, kReadOnly},
    {kVariantPack, kPackUids, kInt64Type, 1, kMany, kRequired},
    {kVariantPack, kPackPointers, kVoidPointerType, 1, kMany, kRequired},
    {kVariantPack, kPackWorkspace, kVoidPointerType, 1, 1, kRequired},
};

}  // namespace

bool is_known_kind(int kind) { return !attributes_of(kind).empty(); }

const Attribute* find_attribute(int kind, int name) {
  for (const Attribute& attribute : kAttributes)
    if (attribute.kind == kind && attribute.name == name) return &attribute;
  return nullptr;
}

std::vector<const Attribute*> attributes_of(int kind) {
  std::vector<const Attribute*> found;
  for (const Attribute& attribute : kAttributes)
    if (attribute.kind == kind) found.push_back(&attribute);
  return found;
}

size_t element_size(int type) {
  switch (type) {
    case kHandleType:
    case kInt64Type:
    case kDoubleType:
    case kVoidPointerType:
    case kDescriptorType:
      return 8;
    case kBooleanType:
      return 1;
    default:
      return 4;  // enumerations and float
  }
}

}  // namespace emulated_cudnn::graph
