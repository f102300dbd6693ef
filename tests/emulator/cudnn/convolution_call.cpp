// Convolution descriptors, shapes and the choice of algorithms.
#include "cudnn/convolution_call.h"

#include "cudnn/handle.h"

namespace emulated_cudnn {
namespace {

void require_types(const ConvolutionCall& call) {
  require(call.x.type == call.w.type && call.x.type == call.y.type, CUDNN_STATUS_NOT_SUPPORTED,
          "x, filter and y must be of one type");
  const bool half = call.x.type == kHalf && call.convolution.compute_type == kHalf;
  require(half || call.convolution.compute_type == kFloat, CUDNN_STATUS_NOT_SUPPORTED,
          "the compute type must be float (or half for half tensors)");
}

// An NHWC filter wants NHWC tensors.
void require_layouts(const ConvolutionCall& call) {
  if (call.w.format != kNhwc) return;
  require(call.x.channels_last() && call.y.channels_last(), CUDNN_STATUS_NOT_SUPPORTED,
          "with an NHWC filter x and y must be NHWC");
}

}  // namespace

std::array<int64_t, 4> output_dims(const Convolution& convolution, const Tensor& x, const Filter& w) {
  require(w.dims[1] * convolution.groups == x.dims[1], CUDNN_STATUS_BAD_PARAM,
          "the filter's channels times the group count must be those of x");
  require(w.dims[0] % convolution.groups == 0, CUDNN_STATUS_BAD_PARAM, "the groups must divide the filters");
  std::array<int64_t, 4> dims{x.dims[0], w.dims[0], 0, 0};
  for (size_t axis = 0; axis < 2; ++axis) {
    const int64_t window = convolution.dilation[axis] * (w.dims[2 + axis] - 1) + 1;
    const int64_t room = x.dims[2 + axis] + 2 * convolution.pad[axis] - window;
    require(room >= 0, CUDNN_STATUS_BAD_PARAM, "the window is larger than the padded image");
    dims[2 + axis] = 1 + room / convolution.stride[axis];
  }
  return dims;
}

ConvolutionCall::ConvolutionCall(void* x_desc, void* w_desc, void* conv_desc, void* y_desc)
    : x(ready<Tensor>(x_desc, "xDesc")),
      y(ready<Tensor>(y_desc, "yDesc")),
      w(ready<Filter>(w_desc, "wDesc")),
      convolution(ready<Convolution>(conv_desc, "convDesc")) {
  require(output_dims(convolution, x, w) == y.dims, CUDNN_STATUS_BAD_PARAM,
          "y is not of the size that the convolution gives");
  require_types(*this);
  require_layouts(*this);
}

size_t ConvolutionCall::workspace(Direction direction, int algo) const {
  const Status status = algorithm_status(direction, algo);
  require(status == CUDNN_STATUS_SUCCESS, status, "the algorithm does not support this convolution");
  return workspace_bytes(direction, algo, largest());
}

}  // namespace emulated_cudnn

using namespace emulated_cudnn;

namespace {

void set_convolution(void* descriptor, const int* pad, const int* stride, const int* dilation, int mode,
                     int compute_type) {
  require(mode == 0 || mode == 1, CUDNN_STATUS_BAD_PARAM, "mode is none of convolution");
  for (size_t i = 0; i < 2; ++i) {
    require(pad[i] >= 0, CUDNN_STATUS_BAD_PARAM, "padding must not be negative");
    require(stride[i] > 0 && dilation[i] > 0, CUDNN_STATUS_BAD_PARAM, "strides and dilations must be positive");
  }
  Convolution& convolution = live<Convolution>(descriptor, "convDesc");
  convolution.set = true;
  convolution.pad = {pad[0], pad[1]};
  convolution.stride = {stride[0], stride[1]};
  convolution.dilation = {dilation[0], dilation[1]};
  convolution.mode = mode;
  convolution.compute_type = compute_type;
}

void rank(void* handle, Direction direction, const ConvolutionCall& call, bool measured, int wanted, int* returned,
          Performance* results) {
  handle_of(handle);
  require(wanted > 0 && returned != nullptr && results != nullptr, CUDNN_STATUS_BAD_PARAM, "no place for the results");
  *returned = rank_algorithms(direction, call.largest(), call.convolution.math_type, measured, wanted, results);
}

}  // namespace

EMULATOR_ENTRY Status cudnnCreateConvolutionDescriptor(void** descriptor) {
  return create<Convolution>("cudnnCreateConvolutionDescriptor", descriptor);
}

EMULATOR_ENTRY Status cudnnDestroyConvolutionDescriptor(void* descriptor) {
  return destroy<Convolution>("cudnnDestroyConvolutionDescriptor", descriptor);
}

EMULATOR_ENTRY Status cudnnSetConvolution2dDescriptor(void* descriptor, int pad_h, int pad_w, int stride_h,
                                                      int stride_w, int dilation_h, int dilation_w, int mode,
                                                      int compute_type) {
  return cudnn_call("cudnnSetConvolution2dDescriptor", [&] {
    const int pad[] = {pad_h, pad_w}, stride[] = {stride_h, stride_w}, dilation[] = {dilation_h, dilation_w};
    set_convolution(descriptor, pad, stride, dilation, mode, compute_type);
  });
}

EMULATOR_ENTRY Status cudnnSetConvolutionNdDescriptor(void* descriptor, int count, const int* pad, const int* stride,
                                                      const int* dilation, int mode, int compute_type) {
  return cudnn_call("cudnnSetConvolutionNdDescriptor", [&] {
    require(count == 2, CUDNN_STATUS_NOT_SUPPORTED, "two spatial dimensions are supported here");
    set_convolution(descriptor, pad, stride, dilation, mode, compute_type);
  });
}

EMULATOR_ENTRY Status cudnnSetConvolutionGroupCount(void* descriptor, int groups) {
  return cudnn_call("cudnnSetConvolutionGroupCount", [&] {
    require(groups > 0, CUDNN_STATUS_BAD_PARAM, "the group count must be positive");
    live<Convolution>(descriptor, "convDesc").groups = groups;
  });
}

EMULATOR_ENTRY Status cudnnSetConvolutionMathType(void* descriptor, int math_type) {
  return cudnn_call("cudnnSetConvolutionMathType", [&] {
    require(math_type >= 0 && math_type <= 3, CUDNN_STATUS_BAD_PARAM, "mathType is none");
    live<Convolution>(descriptor, "convDesc").math_type = math_type;
  });
}

EMULATOR_ENTRY Status cudnnGetConvolution2dForwardOutputDim(void* conv_desc, void* x_desc, void* w_desc, int* n, int* c,
                                                            int* h, int* w) {
  return cudnn_call("cudnnGetConvolution2dForwardOutputDim", [&] {
    const std::array<int64_t, 4> dims =
        output_dims(ready<Convolution>(conv_desc, "convDesc"), ready<Tensor>(x_desc, "inputTensorDesc"),
                    ready<Filter>(w_desc, "filterDesc"));
    int* const out[] = {n, c, h, w};
    for (size_t i = 0; i < 4; ++i) *out[i] = static_cast<int>(dims[i]);
  });
}

// For each direction: how many algorithms, which ones by heuristics and by trial, and the workspace of one.
#define EMULATOR_ALGORITHMS(Name, direction, A, B, C, X, W, CONV, Y)                                                  \
  EMULATOR_ENTRY Status cudnnGet##Name##AlgorithmMaxCount(void* handle, int* count) {                                 \
    return cudnn_call("cudnnGet" #Name "AlgorithmMaxCount", [&] {                                                     \
      handle_of(handle);                                                                                              \
      *count = algorithm_count(direction);                                                                            \
    });                                                                                                               \
  }                                                                                                                   \
  EMULATOR_ENTRY Status cudnnGet##Name##Algorithm_v7(void* handle, void* A, void* B, void* CONV, void* C, int wanted, \
                                                     int* returned, Performance* results) {                           \
    return cudnn_call("cudnnGet" #Name "Algorithm_v7", [&] {                                                          \
      rank(handle, direction, ConvolutionCall(X, W, CONV, Y), false, wanted, returned, results);                      \
    });                                                                                                               \
  }                                                                                                                   \
  EMULATOR_ENTRY Status cudnnFind##Name##Algorithm(void* handle, void* A, void* B, void* CONV, void* C, int wanted,   \
                                                   int* returned, Performance* results) {                             \
    return cudnn_call("cudnnFind" #Name "Algorithm", [&] {                                                            \
      rank(handle, direction, ConvolutionCall(X, W, CONV, Y), true, wanted, returned, results);                       \
    });                                                                                                               \
  }                                                                                                                   \
  EMULATOR_ENTRY Status cudnnGet##Name##WorkspaceSize(void* handle, void* A, void* B, void* CONV, void* C, int algo,  \
                                                      size_t* bytes) {                                                \
    return cudnn_call("cudnnGet" #Name "WorkspaceSize", [&] {                                                         \
      handle_of(handle);                                                                                              \
      *bytes = ConvolutionCall(X, W, CONV, Y).workspace(direction, algo);                                             \
    });                                                                                                               \
  }
EMULATOR_ALGORITHMS(ConvolutionForward, Direction::kForward, x, w, y, x, w, conv, y)
EMULATOR_ALGORITHMS(ConvolutionBackwardData, Direction::kBackwardData, w, y, x, x, w, conv, y)
EMULATOR_ALGORITHMS(ConvolutionBackwardFilter, Direction::kBackwardFilter, x, y, w, x, w, conv, y)
#undef EMULATOR_ALGORITHMS

EMULATOR_ENTRY Status cudnnCnnVersionCheck() { return CUDNN_STATUS_SUCCESS; }
