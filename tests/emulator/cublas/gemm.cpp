// libcublas: handles and matrix products. Sums in double; column-major, as cuBLAS has it.
#include <algorithm>
#include <unordered_set>

#include "core/elements.h"
#include "core/stream.h"
#include "cublas/version.h"

namespace {

using Status = int32_t;
enum : Status { kSuccess = 0, kNotInitialized = 1, kInvalidValue = 7, kExecutionFailed = 13, kNotSupported = 15 };

struct Failure {
  Status status;
};

void require(bool condition, Status otherwise) {
  if (!condition) throw Failure{otherwise};
}

struct Handle {
  emulator::Context* context;
  void* stream = nullptr;
  bool device_pointers = false;
};

std::unordered_set<void*>& handles() {
  static auto* const kHandles = new std::unordered_set<void*>;
  return *kHandles;
}

Handle& handle_of(void* handle) {
  require(handles().count(handle) != 0, kNotInitialized);
  return *static_cast<Handle*>(handle);
}

template <class Body>
Status cublas_call(const char* function, const Body& body) {
  std::lock_guard<std::recursive_mutex> lock(emulator::machine().mutex);
  try {
    const Status injected = emulator::machine().faults.count(function);
    require(injected == kSuccess, injected);
    body();
    return kSuccess;
  } catch (const Failure& failure) {
    return failure.status;
  } catch (const emulator::Error&) {
    return kExecutionFailed;
  }
}

// A cudaDataType as core/elements.h numbers it.
int element_type(int type) {
  switch (type) {
    case 0:  // CUDA_R_32F
      return emulator::kFloat;
    case 2:  // CUDA_R_16F
      return emulator::kHalf;
    case 14:  // CUDA_R_16BF
      return emulator::kBfloat16;
    default:
      throw Failure{kNotSupported};
  }
}

struct Matrix {
  int type;
  void* data;
  int64_t leading, batch_stride = 0;
};

struct Product {
  bool transpose_a, transpose_b;
  int64_t m, n, k, batches = 1;
  float alpha, beta;
  Matrix a, b, c;

  void run() const {
    for (int64_t batch = 0; batch < batches; ++batch)
      for (int64_t column = 0; column < n; ++column)
        for (int64_t row = 0; row < m; ++row) element(batch, row, column);
  }

 private:
  void element(int64_t batch, int64_t row, int64_t column) const {
    using emulator::load;
    const int64_t a0 = batch * a.batch_stride, b0 = batch * b.batch_stride, c0 = batch * c.batch_stride;
    double sum = 0;
    for (int64_t i = 0; i < k; ++i) {
      const float left = load(a.type, a.data, a0 + (transpose_a ? row * a.leading + i : i * a.leading + row));
      const float right = load(b.type, b.data, b0 + (transpose_b ? i * b.leading + column : column * b.leading + i));
      sum += static_cast<double>(left) * right;
    }
    const int64_t at = c0 + column * c.leading + row;
    double value = alpha * sum;
    if (beta != 0) value += static_cast<double>(beta) * load(c.type, c.data, at);
    emulator::store(c.type, c.data, at, static_cast<float>(value));
  }
};

void require_shapes(const Product& p) {
  require(p.m >= 0 && p.n >= 0 && p.k >= 0 && p.batches >= 0, kInvalidValue);
  require(p.a.leading >= std::max<int64_t>(1, p.transpose_a ? p.k : p.m), kInvalidValue);
  require(p.b.leading >= std::max<int64_t>(1, p.transpose_b ? p.n : p.k), kInvalidValue);
  require(p.c.leading >= std::max<int64_t>(1, p.m), kInvalidValue);
  require(p.a.type == p.b.type && (p.c.type == p.a.type || p.c.type == emulator::kFloat), kNotSupported);
}

Status multiply(const char* function, void* handle, int op_a, int op_b, Product product, const void* alpha,
                const void* beta) {
  return cublas_call(function, [&] {
    Handle& object = handle_of(handle);
    require(op_a >= 0 && op_a <= 2 && op_b >= 0 && op_b <= 2, kInvalidValue);
    require(alpha != nullptr && beta != nullptr, kInvalidValue);
    require(!object.device_pointers, kNotSupported);
    product.transpose_a = op_a != 0;
    product.transpose_b = op_b != 0;
    product.alpha = *static_cast<const float*>(alpha);
    product.beta = *static_cast<const float*>(beta);
    require_shapes(product);
    emulator::stream_of(*object.context, object.stream)->enqueue(function, [product] { product.run(); });
  });
}

Matrix matrix(int cuda_type, const void* data, int leading, long long batch_stride = 0) {
  return {element_type(cuda_type), const_cast<void*>(data), leading, batch_stride};
}

// CUBLAS_COMPUTE_32F and its variants: alpha and beta are float.
bool computes_in_float(int compute_type) { return compute_type >= 68 && compute_type <= 78 && compute_type != 70; }

}  // namespace

EMULATOR_ENTRY Status cublasCreate_v2(void** handle) {
  return cublas_call("cublasCreate_v2", [&] {
    require(handle != nullptr, kInvalidValue);
    *handle = new Handle{&emulator::runtime_context_of_thread()};
    handles().insert(*handle);
  });
}

EMULATOR_ENTRY Status cublasDestroy_v2(void* handle) {
  return cublas_call("cublasDestroy_v2", [&] {
    delete &handle_of(handle);
    handles().erase(handle);
  });
}

EMULATOR_ENTRY Status cublasSetStream_v2(void* handle, void* stream) {
  return cublas_call("cublasSetStream_v2", [&] {
    emulator::stream_of(*handle_of(handle).context, stream);
    handle_of(handle).stream = stream;
  });
}

EMULATOR_ENTRY Status cublasGetStream_v2(void* handle, void** stream) {
  return cublas_call("cublasGetStream_v2", [&] { *stream = handle_of(handle).stream; });
}

EMULATOR_ENTRY Status cublasSetWorkspace_v2(void* handle, void*, size_t) {
  return cublas_call("cublasSetWorkspace_v2", [&] { handle_of(handle); });
}

EMULATOR_ENTRY Status cublasSetMathMode(void* handle, int) {
  return cublas_call("cublasSetMathMode", [&] { handle_of(handle); });
}

EMULATOR_ENTRY Status cublasSetAtomicsMode(void* handle, int) {
  return cublas_call("cublasSetAtomicsMode", [&] { handle_of(handle); });
}

EMULATOR_ENTRY Status cublasSetPointerMode_v2(void* handle, int mode) {
  return cublas_call("cublasSetPointerMode_v2", [&] { handle_of(handle).device_pointers = mode != 0; });
}

EMULATOR_ENTRY Status cublasGetVersion_v2(void* handle, int* version) {
  return cublas_call("cublasGetVersion_v2", [&] {
    handle_of(handle);
    *version = emulator::kCublasVersion;
  });
}

// 0 major, 1 minor, 2 patch.
EMULATOR_ENTRY Status cublasGetProperty(int type, int* value) {
  return cublas_call("cublasGetProperty", [&] {
    require(value != nullptr && type >= 0 && type <= 2, kInvalidValue);
    const int version = emulator::kCublasVersion;
    *value = type == 0 ? version / 10000 : type == 1 ? version / 100 % 100 : version % 100;
  });
}

EMULATOR_ENTRY Status cublasSgemm_v2(void* handle, int op_a, int op_b, int m, int n, int k, const float* alpha,
                                     const float* a, int lda, const float* b, int ldb, const float* beta, float* c,
                                     int ldc) {
  const Product product = {false, false, m, n, k, 1, 1, 0, matrix(0, a, lda), matrix(0, b, ldb), matrix(0, c, ldc)};
  return multiply("cublasSgemm_v2", handle, op_a, op_b, product, alpha, beta);
}

EMULATOR_ENTRY Status cublasGemmStridedBatchedEx(void* handle, int op_a, int op_b, int m, int n, int k,
                                                 const void* alpha, const void* a, int a_type, int lda,
                                                 long long stride_a, const void* b, int b_type, int ldb,
                                                 long long stride_b, const void* beta, void* c, int c_type, int ldc,
                                                 long long stride_c, int batches, int compute_type, int) {
  if (!computes_in_float(compute_type)) return kNotSupported;
  try {
    const Product product = {false,
                             false,
                             m,
                             n,
                             k,
                             batches,
                             1,
                             0,
                             matrix(a_type, a, lda, stride_a),
                             matrix(b_type, b, ldb, stride_b),
                             matrix(c_type, c, ldc, stride_c)};
    return multiply("cublasGemmStridedBatchedEx", handle, op_a, op_b, product, alpha, beta);
  } catch (const Failure& failure) {
    return failure.status;
  }
}

EMULATOR_ENTRY Status cublasGemmEx(void* handle, int op_a, int op_b, int m, int n, int k, const void* alpha,
                                   const void* a, int a_type, int lda, const void* b, int b_type, int ldb,
                                   const void* beta, void* c, int c_type, int ldc, int compute_type, int algo) {
  return cublasGemmStridedBatchedEx(handle, op_a, op_b, m, n, k, alpha, a, a_type, lda, 0, b, b_type, ldb, 0, beta, c,
                                    c_type, ldc, 0, 1, compute_type, algo);
}
