// libcudnn_ops' descriptors: tensors, filters, activations, pooling, element-wise operations, dropout.
#include "cudnn/handle.h"

using namespace emulated_cudnn;

namespace {

constexpr size_t kDropoutStates = 4096;

bool known_type(int type) { return type == kFloat || type == kHalf || type == kBfloat16; }

std::array<int64_t, 4> packed(int format, const std::array<int64_t, 4>& dims) {
  const int64_t c = dims[1], h = dims[2], w = dims[3];
  return format == kNhwc ? std::array<int64_t, 4>{h * w * c, 1, w * c, c}
                         : std::array<int64_t, 4>{c * h * w, h * w, w, 1};
}

void require_dims(const std::array<int64_t, 4>& dims) {
  for (const int64_t dim : dims) require(dim > 0, CUDNN_STATUS_BAD_PARAM, "dimensions must be positive");
}

void set_tensor(void* descriptor, int type, const std::array<int64_t, 4>& dims, const std::array<int64_t, 4>& strides,
                int rank = 4) {
  require(known_type(type), CUDNN_STATUS_NOT_SUPPORTED, "tensors are float, half or bfloat16 here");
  require_dims(dims);
  for (const int64_t stride : strides) require(stride > 0, CUDNN_STATUS_BAD_PARAM, "strides must be positive");
  Tensor& tensor = live<Tensor>(descriptor, "tensorDesc");
  tensor.type = type;
  tensor.dims = dims;
  tensor.strides = strides;
  tensor.rank = rank;
}

void require_format(int format) {
  require(format == kNchw || format == kNhwc, CUDNN_STATUS_NOT_SUPPORTED, "the format must be NCHW or NHWC");
}

std::array<int64_t, 4> four(int count, const int* values, const char* name) {
  require_pointer(values, name);
  require(count == 4, CUDNN_STATUS_NOT_SUPPORTED, "four dimensions are supported here");
  return {values[0], values[1], values[2], values[3]};
}

// Three dimensions or four, of which the fourth is 1 otherwise.
std::array<int64_t, 4> three_or_four(int count, const int* values, const char* name) {
  require_pointer(values, name);
  require(count == 3 || count == 4, CUDNN_STATUS_NOT_SUPPORTED, "three or four dimensions are supported here");
  return {values[0], values[1], values[2], count == 4 ? values[3] : 1};
}

void set_filter(void* descriptor, int type, int format, const std::array<int64_t, 4>& dims) {
  require(known_type(type), CUDNN_STATUS_NOT_SUPPORTED, "filters are float, half or bfloat16 here");
  require_format(format);
  require_dims(dims);
  Filter& filter = live<Filter>(descriptor, "filterDesc");
  filter.type = type;
  filter.format = format;
  filter.dims = dims;
}

void set_pooling(void* descriptor, int mode, int nan, const std::array<int, 2>& window, const std::array<int, 2>& pad,
                 const std::array<int, 2>& stride) {
  require(mode >= kMax && mode <= kMaxDeterministic, CUDNN_STATUS_BAD_PARAM, "mode is none of pooling");
  for (size_t i = 0; i < 2; ++i) {
    require(window[i] > 0 && stride[i] > 0, CUDNN_STATUS_BAD_PARAM, "window and stride must be positive");
    require(pad[i] >= 0 && pad[i] < window[i], CUDNN_STATUS_BAD_PARAM, "padding must be in [0, window)");
  }
  live<Pooling>(descriptor, "poolingDesc") = {mode, nan, window, pad, stride};
}

}  // namespace

#define EMULATOR_DESCRIPTOR(Name, Type)                                    \
  EMULATOR_ENTRY Status cudnnCreate##Name##Descriptor(void** descriptor) { \
    return create<Type>("cudnnCreate" #Name "Descriptor", descriptor);     \
  }                                                                        \
  EMULATOR_ENTRY Status cudnnDestroy##Name##Descriptor(void* descriptor) { \
    return destroy<Type>("cudnnDestroy" #Name "Descriptor", descriptor);   \
  }
EMULATOR_DESCRIPTOR(Tensor, Tensor)
EMULATOR_DESCRIPTOR(Filter, Filter)
EMULATOR_DESCRIPTOR(Activation, Activation)
EMULATOR_DESCRIPTOR(Pooling, Pooling)
EMULATOR_DESCRIPTOR(OpTensor, OpTensor)
EMULATOR_DESCRIPTOR(Dropout, Dropout)
#undef EMULATOR_DESCRIPTOR

EMULATOR_ENTRY Status cudnnSetTensor4dDescriptor(void* tensor, int format, int type, int n, int c, int h, int w) {
  return cudnn_call("cudnnSetTensor4dDescriptor", [&] {
    require_format(format);
    const std::array<int64_t, 4> dims{n, c, h, w};
    set_tensor(tensor, type, dims, packed(format, dims));
  });
}

EMULATOR_ENTRY Status cudnnSetTensor4dDescriptorEx(void* tensor, int type, int n, int c, int h, int w, int n_stride,
                                                   int c_stride, int h_stride, int w_stride) {
  return cudnn_call("cudnnSetTensor4dDescriptorEx", [&] {
    set_tensor(tensor, type, {n, c, h, w}, {n_stride, c_stride, h_stride, w_stride});
  });
}

EMULATOR_ENTRY Status cudnnSetTensorNdDescriptor(void* tensor, int type, int count, const int* dims,
                                                 const int* strides) {
  return cudnn_call("cudnnSetTensorNdDescriptor", [&] {
    set_tensor(tensor, type, three_or_four(count, dims, "dimA"), three_or_four(count, strides, "strideA"), count);
  });
}

EMULATOR_ENTRY Status cudnnSetTensorNdDescriptorEx(void* tensor, int format, int type, int count, const int* dims) {
  return cudnn_call("cudnnSetTensorNdDescriptorEx", [&] {
    require_format(format);
    const std::array<int64_t, 4> sizes = four(count, dims, "dimA");
    set_tensor(tensor, type, sizes, packed(format, sizes));
  });
}

EMULATOR_ENTRY Status cudnnGetTensor4dDescriptor(void* descriptor, int* type, int* n, int* c, int* h, int* w,
                                                 int* n_stride, int* c_stride, int* h_stride, int* w_stride) {
  return cudnn_call("cudnnGetTensor4dDescriptor", [&] {
    const Tensor& tensor = ready<Tensor>(descriptor, "tensorDesc");
    *type = tensor.type;
    int* const dims[] = {n, c, h, w};
    int* const strides[] = {n_stride, c_stride, h_stride, w_stride};
    for (size_t i = 0; i < 4; ++i) {
      *dims[i] = static_cast<int>(tensor.dims[i]);
      *strides[i] = static_cast<int>(tensor.strides[i]);
    }
  });
}

EMULATOR_ENTRY Status cudnnGetTensorNdDescriptor(void* descriptor, int wanted, int* type, int* count, int* dims,
                                                 int* strides) {
  return cudnn_call("cudnnGetTensorNdDescriptor", [&] {
    const Tensor& tensor = ready<Tensor>(descriptor, "tensorDesc");
    *type = tensor.type;
    *count = tensor.rank;
    for (size_t i = 0; i < static_cast<size_t>(wanted < tensor.rank ? wanted : tensor.rank); ++i) {
      dims[i] = static_cast<int>(tensor.dims[i]);
      strides[i] = static_cast<int>(tensor.strides[i]);
    }
  });
}

EMULATOR_ENTRY Status cudnnGetTensorSizeInBytes(void* tensor, size_t* bytes) {
  return cudnn_call("cudnnGetTensorSizeInBytes", [&] { *bytes = ready<Tensor>(tensor, "tensorDesc").bytes(); });
}

EMULATOR_ENTRY Status cudnnSetFilter4dDescriptor(void* filter, int type, int format, int k, int c, int h, int w) {
  return cudnn_call("cudnnSetFilter4dDescriptor", [&] { set_filter(filter, type, format, {k, c, h, w}); });
}

EMULATOR_ENTRY Status cudnnSetFilterNdDescriptor(void* filter, int type, int format, int count, const int* dims) {
  return cudnn_call("cudnnSetFilterNdDescriptor",
                    [&] { set_filter(filter, type, format, four(count, dims, "filterDimA")); });
}

EMULATOR_ENTRY Status cudnnGetFilterSizeInBytes(void* filter, size_t* bytes) {
  return cudnn_call("cudnnGetFilterSizeInBytes",
                    [&] { *bytes = ready<Filter>(filter, "filterDesc").as_tensor().bytes(); });
}

EMULATOR_ENTRY Status cudnnSetActivationDescriptor(void* activation, int mode, int nan, double coefficient) {
  return cudnn_call("cudnnSetActivationDescriptor", [&] {
    require(mode >= 0 && mode <= 6, CUDNN_STATUS_BAD_PARAM, "mode is none of activations");
    live<Activation>(activation, "activationDesc") = {mode, nan, coefficient};
  });
}

EMULATOR_ENTRY Status cudnnSetPooling2dDescriptor(void* pooling, int mode, int nan, int window_h, int window_w,
                                                  int pad_h, int pad_w, int stride_h, int stride_w) {
  return cudnn_call("cudnnSetPooling2dDescriptor", [&] {
    set_pooling(pooling, mode, nan, {window_h, window_w}, {pad_h, pad_w}, {stride_h, stride_w});
  });
}

EMULATOR_ENTRY Status cudnnSetPoolingNdDescriptor(void* pooling, int mode, int nan, int count, const int* window,
                                                  const int* pad, const int* stride) {
  return cudnn_call("cudnnSetPoolingNdDescriptor", [&] {
    require(count == 2, CUDNN_STATUS_NOT_SUPPORTED, "two spatial dimensions are supported here");
    set_pooling(pooling, mode, nan, {window[0], window[1]}, {pad[0], pad[1]}, {stride[0], stride[1]});
  });
}

EMULATOR_ENTRY Status cudnnSetOpTensorDescriptor(void* op_tensor, int op, int compute_type, int nan) {
  return cudnn_call("cudnnSetOpTensorDescriptor", [&] {
    require(op >= 0 && op <= 3, CUDNN_STATUS_NOT_SUPPORTED, "add, multiply, minimum and maximum are supported here");
    require(compute_type == kFloat, CUDNN_STATUS_NOT_SUPPORTED, "the compute type must be float here");
    live<OpTensor>(op_tensor, "opTensorDesc") = {op, compute_type, nan};
  });
}

EMULATOR_ENTRY Status cudnnDropoutGetStatesSize(void* handle, size_t* bytes) {
  return cudnn_call("cudnnDropoutGetStatesSize", [&] {
    handle_of(handle);
    *bytes = kDropoutStates;
  });
}

// Without states there is only the rate.
EMULATOR_ENTRY Status cudnnSetDropoutDescriptor(void* dropout, void* handle, float rate, void* states, size_t bytes,
                                                unsigned long long) {
  return cudnn_call("cudnnSetDropoutDescriptor", [&] {
    handle_of(handle);
    require(rate >= 0 && rate <= 1, CUDNN_STATUS_BAD_PARAM, "the rate must be in [0, 1]");
    require(states == nullptr || bytes >= kDropoutStates, CUDNN_STATUS_BAD_PARAM, "the states are too small");
    live<Dropout>(dropout, "dropoutDesc").rate = rate;
  });
}
