// What the environment and the folders of incomplete installations do. Every case runs in a process of its own.
//   settings_selftest EMULATOR_FOLDER
#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

#include "../../native/check.h"
#include "assay/kernels/cuda_library.h"

namespace {

std::string folder;

void in_child(const char* variable, const char* value, const std::function<void()>& test) {
  const pid_t child = fork();
  if (child == 0) {
    if (variable != nullptr) setenv(variable, value, 1);
    test();
    _exit(assay_test::finish());
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void* open_library(const std::string& path) { return dlopen((folder + "/" + path).c_str(), RTLD_NOW | RTLD_LOCAL); }

template <class Function>
Function symbol(const char* library, const char* name) {
  void* const handle = open_library(library);
  if (handle == nullptr) assay_test::report(__FILE__, __LINE__, dlerror());
  return reinterpret_cast<Function>(dlsym(handle, name));
}

const AssayCudaLibrary& table() {
  return *symbol<const AssayCudaLibrary* (*)()>("libassay_cuda.so", ASSAY_CUDA_LIBRARY_SYMBOL)();
}

int cu_init() { return symbol<int (*)(unsigned)>("libcuda.so.1", "cuInit")(0); }

void test_environment() {
  char message[256] = "";
  in_child(nullptr, nullptr, [&] { CHECK_EQ(table().device_count(message, sizeof message), 1); });
  in_child("ASSAY_EMULATOR_DRIVER", "12060", [&] {
    CHECK_EQ(table().device_count(message, sizeof message), 0);
    CHECK_TEXT(message, "too old for CUDA 13.0");
    int version = 0;
    CHECK_EQ(symbol<int (*)(int*)>("libcuda.so.1", "cuDriverGetVersion")(&version), 0);
    CHECK_EQ(version, 12060);
    int count = 0;
    CHECK_EQ(symbol<int (*)(int*)>("libcudart.so.13", "cudaGetDeviceCount")(&count), 35);
  });
  in_child("ASSAY_EMULATOR_DEVICES", "0", [&] {
    CHECK_EQ(cu_init(), 100);
    CHECK_EQ(table().device_count(message, sizeof message), 0);
    CHECK_TEXT(message, "the driver lists none");
  });
  in_child("ASSAY_EMULATOR_COMPUTE", "70", [&] {
    const AssayExec exec = {sizeof(AssayExec), 0, 0, 0, {}};
    const AssaySquaredNormArgs args = {sizeof args, nullptr, 0, nullptr};
    CHECK_EQ(table().squared_norm(&exec, &args, message, sizeof message), ASSAY_UNSUPPORTED);
    CHECK_TEXT(message, "no kernel image");
  });
  in_child("ASSAY_EMULATOR_MEMORY", "1048576", [&] {
    size_t bytes = 0;
    CHECK_EQ(cu_init(), 0);
    CHECK_EQ(symbol<int (*)(size_t*, int)>("libcuda.so.1", "cuDeviceTotalMem_v2")(&bytes, 0), 0);
    CHECK_EQ(bytes, size_t{1048576});
  });
  in_child("ASSAY_EMULATOR_FAIL", "cuInit:2=803", [&] {
    CHECK_EQ(cu_init(), 0);
    CHECK_EQ(cu_init(), 803);
    CHECK_EQ(cu_init(), 0);
  });
  in_child("ASSAY_EMULATOR_CUDNN", "90000",
           [&] { CHECK_EQ(symbol<size_t (*)()>("libcudnn_graph.so.9", "cudnnGetVersion")(), size_t{90000}); });
}

void test_incomplete_installations() {
  const struct {
    const char *path, *message;
  } missing[] = {{"without_cuda/libassay_cuda.so", "libcuda.so.1"},
                 {"without_cudnn_graph/libcudnn_ops.so.9", "libcudnn_graph.so.9"},
                 {"without_cudnn_cnn/libcudnn_cnn.so.9", "libcudnn_cnn.so.9"},
                 {"without_cublasLt/libcublasLt.so.13", "libcublasLt.so.13"}};
  for (const auto& one : missing) {
    in_child(nullptr, nullptr, [&] {
      CHECK(open_library(one.path) == nullptr);
      CHECK_TEXT(dlerror(), one.message);
    });
  }
  for (const char* there : {"without_cudnn_cnn/libcudnn_ops.so.9", "without_cublasLt/libcublas.so.13", "libcudnn.so.9",
                            "libcudnn_adv.so.9", "libcudnn_cnn.so.9"}) {
    in_child(nullptr, nullptr, [&] { CHECK(open_library(there) != nullptr); });
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: settings_selftest EMULATOR_FOLDER\n");
    return 2;
  }
  folder = argv[1];
  test_environment();
  test_incomplete_installations();
  return assay_test::finish();
}
