// A kernel that reads an address that is none loses the device: this call or the next says so, every later one too, and
// nothing crashes or hangs. A process of its own, because a broken context stays broken until its process ends.
//   lost_device_gpu_test LIBASSAY_CUDA      exit code 4: no device
#include "../cases/score_table.h"
#include "cuda_backend.h"

namespace assay_test {
namespace {

// Reads scores where there is no memory; everything else is in order, so that the device finds it and not the host.
AssayStatus read_nowhere(float* entropy, int64_t* nan_pixels) {
  const ScoreCase t = {"nowhere", 1, 11, 64, 64, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal};
  const Scores scores = make_scores(t, 1);
  const AssayExec exec = {sizeof(AssayExec), 0, 0, 0, {}};
  AssayPixelSignalsArgs args = {sizeof args, scores.tensor, ASSAY_LOGITS, {}, nan_pixels};
  args.input.data = reinterpret_cast<const void*>(0x1000);
  args.maps.entropy = entropy;
  const AssayStatus status = assay_pixel_signals(&exec, &args);
  (void)cudaDeviceSynchronize();
  return status;
}

void check_lost_device() {
  context() = "an illegal address";
  CudaBackend cuda(false);
  auto* const entropy = static_cast<float*>(cuda.allocate(64 * 64 * sizeof(float)));
  auto* const nan_pixels = static_cast<int64_t*>(cuda.allocate(sizeof(int64_t)));
  (void)read_nowhere(entropy, nan_pixels);  // launching succeeds unless it waits for its kernel
  for (int call = 1; call <= 3; ++call) {
    const AssayStatus status = read_nowhere(entropy, nan_pixels);
    EXPECT(status == ASSAY_DEVICE_LOST,
           "call " + std::to_string(call) + " after it: status " + std::to_string(status) + ": " + assay_last_error());
  }
}

}  // namespace
}  // namespace assay_test

int main(int argc, char** argv) {
  using namespace assay_test;
  if (argc < 2) {
    std::fprintf(stderr, "usage: lost_device_gpu_test LIBASSAY_CUDA\n");
    return 2;
  }
  if (!open_cuda(argv[1])) return kNoDevice;
  check_lost_device();
  const int failed = finish();
  std::printf("lost device: %s\n", failed == 0 ? "passed" : "FAILED");
  return failed;
}
