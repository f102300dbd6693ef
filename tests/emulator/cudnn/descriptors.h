// What descriptors hold, and the registry that tells live ones from others.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_DESCRIPTORS_H
#define ASSAY_TESTS_EMULATOR_CUDNN_DESCRIPTORS_H

#include <array>
#include <cstdint>

#include "core/elements.h"
#include "cudnn/status.h"

namespace emulated_cudnn {

using emulator::kBfloat16;
using emulator::kFloat;
using emulator::kHalf;

enum Format { kNchw = 0, kNhwc = 1 };

// Four dimensions n, c, h, w with a stride each, in elements; of a tensor with `rank` 3 the last is 1.
struct Tensor {
  int type = -1;
  std::array<int64_t, 4> dims{};
  std::array<int64_t, 4> strides{};
  int rank = 4;

  int64_t elements() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
  EMULATOR_EXPORT size_t bytes() const;
  bool channels_last() const { return strides[1] == 1 && (dims[1] > 1 || strides[3] == dims[1]); }
};

// K outputs of C inputs (of one group) with an R x S window: KCRS, or KRSC for NHWC.
struct Filter {
  int type = -1;
  int format = kNchw;
  std::array<int64_t, 4> dims{};  // k, c, r, s

  int64_t elements() const { return dims[0] * dims[1] * dims[2] * dims[3]; }
  // The same memory as a tensor of k x c x r x s.
  EMULATOR_EXPORT Tensor as_tensor() const;
};

struct Convolution {
  bool set = false;
  std::array<int, 2> pad{}, stride{}, dilation{};
  int mode = 1;  // CUDNN_CROSS_CORRELATION; 0 flips the window
  int compute_type = kFloat;
  int groups = 1;
  int math_type = 0;
};

struct Activation {
  int mode = -1;
  int propagate_nan = 0;
  double coefficient = 0;
};
enum ActivationMode { kSigmoid = 0, kRelu = 1, kTanh = 2, kIdentity = 5 };

struct Pooling {
  int mode = -1;
  int propagate_nan = 0;
  std::array<int, 2> window{}, pad{}, stride{};
};
enum PoolingMode { kMax = 0, kAverageIncludingPadding = 1, kAverageExcludingPadding = 2, kMaxDeterministic = 3 };

struct OpTensor {
  int op = -1;
  int compute_type = kFloat;
  int propagate_nan = 0;
};

struct Dropout {
  float rate = -1;
};

enum class Kind {
  kHandle,
  kTensor,
  kFilter,
  kConvolution,
  kActivation,
  kPooling,
  kOpTensor,
  kDropout,
  kRecurrent,
  kSequences
};
EMULATOR_EXPORT void register_object(const void* object, Kind kind);
// False if it is not a live object of that kind.
EMULATOR_EXPORT bool is_registered(const void* object, Kind kind);
EMULATOR_EXPORT void forget_object(const void* object);

template <class T>
struct KindOf;
template <>
struct KindOf<Tensor> {
  static constexpr Kind kKind = Kind::kTensor;
};
template <>
struct KindOf<Filter> {
  static constexpr Kind kKind = Kind::kFilter;
};
template <>
struct KindOf<Convolution> {
  static constexpr Kind kKind = Kind::kConvolution;
};
template <>
struct KindOf<Activation> {
  static constexpr Kind kKind = Kind::kActivation;
};
template <>
struct KindOf<Pooling> {
  static constexpr Kind kKind = Kind::kPooling;
};
template <>
struct KindOf<OpTensor> {
  static constexpr Kind kKind = Kind::kOpTensor;
};
template <>
struct KindOf<Dropout> {
  static constexpr Kind kKind = Kind::kDropout;
};

// The object behind a descriptor that was created and not destroyed.
template <class T>
T& live(void* descriptor, const char* name) {
  if (!is_registered(descriptor, KindOf<T>::kKind)) {
    throw Failure(CUDNN_STATUS_BAD_PARAM, std::string(name) + " is no live descriptor of its kind");
  }
  return *static_cast<T*>(descriptor);
}

inline bool is_set(const Tensor& tensor) { return tensor.type >= 0; }
inline bool is_set(const Filter& filter) { return filter.type >= 0; }
inline bool is_set(const Convolution& convolution) { return convolution.set; }
inline bool is_set(const Activation& activation) { return activation.mode >= 0; }
inline bool is_set(const Pooling& pooling) { return pooling.mode >= 0; }
inline bool is_set(const OpTensor& op) { return op.op >= 0; }
inline bool is_set(const Dropout& dropout) { return dropout.rate >= 0; }

// One that has been set as well.
template <class T>
const T& ready(void* descriptor, const char* name) {
  const T& object = live<T>(descriptor, name);
  if (!is_set(object)) throw Failure(CUDNN_STATUS_BAD_PARAM, std::string(name) + " has never been set");
  return object;
}

template <class T>
Status create(const char* function, void** descriptor) {
  return cudnn_call(function, [&] {
    require_pointer(descriptor, "the descriptor's place");
    T* const object = new T;
    register_object(object, KindOf<T>::kKind);
    *descriptor = object;
  });
}

template <class T>
Status destroy(const char* function, void* descriptor) {
  return cudnn_call(function, [&] {
    if (descriptor == nullptr) return;
    T* const object = &live<T>(descriptor, "the descriptor");
    forget_object(object);
    delete object;
  });
}

}  // namespace emulated_cudnn

#endif
