// The gate of the C ABI: statuses, messages, threads, the CUDA library that is not there.
#include <assay/assay.h>

#include <thread>
#include <vector>

#include "check.h"

namespace {

const AssayExec kCpu = {sizeof(AssayExec), ASSAY_CPU, 0, 0, {}};

struct Fixture {
  std::vector<uint8_t> truth{0, 1, 2, 1};
  std::vector<uint8_t> prediction{0, 1, 1, 1};
  std::vector<int64_t> confusion = std::vector<int64_t>(9);
  int64_t out_of_range = 0;
  AssayConfusionArgs args{sizeof(AssayConfusionArgs), truth.data(), prediction.data(), 4, 3, 255,
                          confusion.data(),           &out_of_range};
};

void rejects(const AssayExec& exec, const AssayConfusionArgs& args, const char* part) {
  CHECK_EQ(assay_confusion(&exec, &args), ASSAY_INVALID_ARGUMENT);
  CHECK_TEXT(assay_last_error(), part);
  CHECK_TEXT(assay_last_error(), "assay_confusion: ");
}

void test_messages() {
  Fixture f;
  CHECK_EQ(assay_confusion(&kCpu, &f.args), ASSAY_OK);
  CHECK_EQ(std::string(assay_last_error()).size(), size_t{0});

  Fixture bad = f;
  bad.args.classes = 300;
  rejects(kCpu, bad.args, "classes=300 must be in [1, 255]");
  bad = f;
  bad.args.struct_size = 8;
  rejects(kCpu, bad.args, "args.struct_size=8 must be 64");
  bad = f;
  bad.args.truth = nullptr;
  rejects(kCpu, bad.args, "truth=null");
  bad = f;
  bad.args.count = -1;
  rejects(kCpu, bad.args, "count=-1 must be at least 0");
  bad = f;
  bad.args.ignore = 256;
  rejects(kCpu, bad.args, "ignore=256");
  AssayExec exec = kCpu;
  exec.struct_size = 0;
  rejects(exec, f.args, "exec.struct_size=0");
  exec = kCpu;
  exec.device = -2;
  rejects(exec, f.args, "exec.device=-2");
  exec = kCpu;
  exec.threads = -1;
  rejects(exec, f.args, "exec.threads=-1");
  exec = kCpu;
  exec.scratch.bytes = 1;
  rejects(exec, f.args, "exec.scratch.memory=null");
  exec.scratch.memory = reinterpret_cast<void*>(128);
  rejects(exec, f.args, "exec.scratch.memory=0x80 must be aligned to 256 bytes");
  exec = kCpu;
  exec.scratch.bytes = -1;
  rejects(exec, f.args, "exec.scratch.bytes=-1");
  CHECK_EQ(assay_confusion(nullptr, &f.args), ASSAY_INVALID_ARGUMENT);
  CHECK_EQ(assay_confusion(&kCpu, nullptr), ASSAY_INVALID_ARGUMENT);
}

void test_errors_are_per_thread() {
  CHECK_EQ(assay_confusion(nullptr, nullptr), ASSAY_INVALID_ARGUMENT);
  std::thread([] { CHECK_EQ(std::string(assay_last_error()), std::string()); }).join();
  CHECK_TEXT(assay_last_error(), "exec=null");
}

void test_cuda_that_is_not_there() {
  CHECK_EQ(assay_cuda_open("/nonexistent/libassay_cuda.so"), ASSAY_UNSUPPORTED);
  CHECK_TEXT(assay_last_error(), "no such file");
  CHECK_EQ(assay_cuda_open(nullptr), ASSAY_INVALID_ARGUMENT);
  CHECK_EQ(assay_cuda_open("/dev/null"), ASSAY_UNSUPPORTED);
  CHECK_EQ(assay_cuda_device_count(), 0);
  Fixture f;
  AssayExec exec = kCpu;
  exec.device = 0;
  CHECK_EQ(assay_confusion(&exec, &f.args), ASSAY_UNSUPPORTED);
  CHECK_TEXT(assay_last_error(), "assay_cuda_open");
}

}  // namespace

int main() {
  CHECK_EQ(assay_abi_version(), ASSAY_ABI_VERSION);
  CHECK(std::string(assay_cpu_target()).size() > 2);
  test_messages();
  test_errors_are_per_thread();
  test_cuda_that_is_not_there();
  return assay_test::finish();
}
