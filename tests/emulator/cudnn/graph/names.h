// The numbers of cuDNN's graph API that are emulated.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_NAMES_H
#define ASSAY_TESTS_EMULATOR_CUDNN_GRAPH_NAMES_H

namespace emulated_cudnn::graph {

enum DescriptorKind {
  kPointwise = 0,
  kConvolutionRule = 1,
  kEngine = 2,
  kEngineConfig = 3,
  kHeuristics = 4,
  kExecutionPlan = 5,
  kConvolutionForward = 10,
  kPointwiseOperation = 13,
  kOperationGraph = 15,
  kVariantPack = 16,
  kTensor = 17,
  kNormForward = 29,
  kNormBackward = 30,
};

enum AttributeType {
  kHandleType = 0,
  kDataTypeType = 1,
  kBooleanType = 2,
  kInt64Type = 3,
  kFloatType = 4,
  kDoubleType = 5,
  kVoidPointerType = 6,
  kConvolutionModeType = 7,
  kHeuristicModeType = 8,
  kNanType = 10,
  kNumericalNoteType = 11,
  kPointwiseModeType = 14,
  kDescriptorType = 15,
  kBehaviorNoteType = 19,
  kNormModeType = 27,
  kNormPhaseType = 28,
};

enum AttributeName {
  kPointwiseMode = 0,
  kPointwisePrecision = 1,
  kPointwiseNan = 2,
  kPointwiseLowerClip = 3,
  kConvolutionType = 100,
  kConvolutionMode = 101,
  kConvolutionDilations = 102,
  kConvolutionStrides = 103,
  kConvolutionPostPaddings = 104,
  kConvolutionPrePaddings = 105,
  kConvolutionDimensions = 106,
  kHeuristicMode = 200,
  kHeuristicGraph = 201,
  kHeuristicResults = 202,
  kConfigEngine = 300,
  kPlanHandle = 400,
  kPlanConfig = 401,
  kPlanWorkspace = 402,
  kForwardAlpha = 700,
  kForwardBeta = 701,
  kForwardRule = 702,
  kForwardW = 703,
  kForwardX = 704,
  kForwardY = 705,
  kOperationRule = 750,
  kOperationX = 751,
  kOperationB = 752,
  kOperationY = 753,
  kGraphHandle = 800,
  kGraphOperations = 801,
  kTensorAlignment = 900,
  kTensorType = 901,
  kTensorDimensions = 902,
  kTensorStrides = 903,
  kTensorUid = 906,
  kTensorVirtual = 907,
  kTensorByValue = 908,
  kPackUids = 1000,
  kPackPointers = 1001,
  kPackWorkspace = 1003,
  kEngineIndex = 1301,
  kEngineNumericalNotes = 1303,
  kEngineBehaviorNotes = 1305,
  kNormMode = 2000,
  kNormPhase = 2001,
  kNormX = 2002,
  kNormMean = 2003,
  kNormInverse = 2004,
  kNormScale = 2005,
  kNormBias = 2006,
  kNormEpsilon = 2007,
  kNormFactor = 2008,
  kNormOldMean = 2009,
  kNormOldVariance = 2010,
  kNormNewMean = 2011,
  kNormNewVariance = 2012,
  kNormY = 2013,
  kGradientMode = 2100,
  kGradientX = 2101,
  kGradientMean = 2102,
  kGradientInverse = 2103,
  kGradientDy = 2104,
  kGradientScale = 2105,
  kGradientDscale = 2107,
  kGradientDbias = 2108,
  kGradientDx = 2109,
};

enum PointwiseFunction { kAdd = 0, kMultiply = 1, kReluForward = 100, kGreater = 302 };
enum NumericalNote { kTensorCore = 0, kDownConvertInputs = 1, kNondeterministic = 4 };
enum BehaviorNote { kRuntimeCompilation = 0 };
enum HeuristicMode { kModeInstant = 0, kModeB = 1, kModeFallback = 2, kModeA = 3 };
enum NormRule { kBatchNorm = 2, kTraining = 1 };
// Packed: one bit per element.
enum { kBoolean = 11 };

}  // namespace emulated_cudnn::graph

#endif
