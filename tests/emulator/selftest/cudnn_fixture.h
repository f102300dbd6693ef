// A handle on a stream, and device arrays that tests fill and read as floats.
#ifndef ASSAY_TESTS_EMULATOR_SELFTEST_CUDNN_FIXTURE_H
#define ASSAY_TESTS_EMULATOR_SELFTEST_CUDNN_FIXTURE_H

#include <random>
#include <string>
#include <vector>

#include "../../native/check.h"
#include "core/elements.h"
#include "selftest/cudnn_api.h"
#include "selftest/driver_api.h"

namespace emulator_test {

using emulator::kBfloat16;
using emulator::kFloat;
using emulator::kHalf;
using Values = std::vector<float>;

constexpr int kNchw = 0, kNhwc = 1;
constexpr float kOne = 1.0f, kZero = 0.0f;

inline void ok(CudnnStatus status, const char* file, int line) {
  if (status == 0) return;
  char text[256] = "";
  cudnnGetLastErrorString(text, sizeof text);
  assay_test::report(file, line, "status " + std::to_string(status) + ": " + text);
}
#define OK(call) emulator_test::ok((call), __FILE__, __LINE__)

// An array on the device. Copies wait for the stream.
class Array {
 public:
  explicit Array(size_t count, int type = kFloat) : count_(count), type_(type) {
    CHECK_EQ(cuMemAlloc_v2(&address_, count * emulator::size_of(type)), 0);
  }
  Array(const Values& values, int type = kFloat) : Array(values.size(), type) { set(values); }
  ~Array() { cuMemFree_v2(address_); }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  void* data() const { return reinterpret_cast<void*>(address_); }
  operator void*() const { return data(); }
  size_t bytes() const { return count_ * emulator::size_of(type_); }
  void set(const Values& values) {
    std::vector<char> raw(bytes());
    for (size_t i = 0; i < count_; ++i) emulator::store(type_, raw.data(), static_cast<int64_t>(i), values[i]);
    CHECK_EQ(cuMemcpyHtoD_v2(address_, raw.data(), raw.size()), 0);
  }
  // Without waiting for anything.
  Values now() const {
    std::vector<char> raw(bytes());
    CHECK_EQ(cuMemcpyDtoH_v2(raw.data(), address_, raw.size()), 0);
    Values values(count_);
    for (size_t i = 0; i < count_; ++i) values[i] = emulator::load(type_, raw.data(), static_cast<int64_t>(i));
    return values;
  }
  Values get() const {
    CHECK_EQ(cuCtxSynchronize(), 0);
    return now();
  }

 private:
  size_t count_;
  int type_;
  CUdeviceptr address_ = 0;
};

struct Dims {
  int n, c, h, w;
  size_t count() const { return static_cast<size_t>(n) * c * h * w; }
};

inline void* tensor(const Dims& d, int format = kNhwc, int type = kFloat) {
  void* descriptor = nullptr;
  OK(cudnnCreateTensorDescriptor(&descriptor));
  OK(cudnnSetTensor4dDescriptor(descriptor, format, type, d.n, d.c, d.h, d.w));
  return descriptor;
}

inline void* filter(const Dims& kcrs, int format = kNhwc, int type = kFloat) {
  void* descriptor = nullptr;
  OK(cudnnCreateFilterDescriptor(&descriptor));
  OK(cudnnSetFilter4dDescriptor(descriptor, type, format, kcrs.n, kcrs.c, kcrs.h, kcrs.w));
  return descriptor;
}

inline void* activation(int mode) {
  void* descriptor = nullptr;
  OK(cudnnCreateActivationDescriptor(&descriptor));
  OK(cudnnSetActivationDescriptor(descriptor, mode, 0, 0.0));
  return descriptor;
}

inline Values random_values(size_t count, unsigned seed) {
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform(-1.0f, 1.0f);
  Values values(count);
  for (float& value : values) value = uniform(engine);
  return values;
}

inline double dot(const Values& a, const Values& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

inline void expect_values(const Values& actual, const Values& expected, double tolerance, const char* what) {
  CHECK_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size() && i < expected.size(); ++i) {
    const double distance = static_cast<double>(actual[i]) - expected[i];
    if (distance <= tolerance && -distance <= tolerance) continue;
    assay_test::report(__FILE__, __LINE__,
                       std::string(what) + ": " + assay_test::both("actual", "expected", actual[i], expected[i]));
    return;
  }
}

// Device, context, stream and handle for a test program.
struct World {
  CUhandle context = nullptr, stream = nullptr;
  void* cudnn = nullptr;

  World() {
    CHECK_EQ(cuInit(0), 0);
    CHECK_EQ(cuDevicePrimaryCtxRetain(&context, 0), 0);
    CHECK_EQ(cuCtxSetCurrent(context), 0);
    CHECK_EQ(cuStreamCreate(&stream, 1), 0);
    OK(cudnnCreate(&cudnn));
    OK(cudnnSetStream(cudnn, stream));
  }
};

}  // namespace emulator_test

#endif
