// Every kernel on a CUDA device against the CPU twins and the equations, over the shared case table.
//   parity_gpu_test LIBASSAY_CUDA [--reduced]      exit code 4: no device
#include <cstring>

#include "../cases/distance_table.h"
#include "../cases/kl_table.h"
#include "../cases/network_table.h"
#include "../cases/prediction_table.h"
#include "../cases/score_table.h"
#include "../cases/training_table.h"
#include "cuda_backend.h"

namespace assay_test {
namespace {

// Two images more than 2^31 elements apart.
void check_far_offsets(CudaBackend& cuda, CpuTwins& twins) {
  context() = "offsets past 2^31";
  ScoreCase t = {"far", 1, 11, 16, 64, Layout::kPlanar, ASSAY_F16, ASSAY_LOGITS, Fill::kNormal};
  const Scores near = make_scores(t, 5);
  const ScoreResult expected = run_scores(twins, t, near, kMaps, 0);
  const int64_t distance = (int64_t{1} << 31) + 64;
  unsigned char* memory = nullptr;
  const size_t bytes = static_cast<size_t>(distance) * 2 + near.bytes.size();
  if (cudaMalloc(reinterpret_cast<void**>(&memory), bytes) != cudaSuccess) {
    (void)cudaGetLastError();
    std::printf("SKIPPED: offsets past 2^31: the device has no %zu bytes to spare\n", bytes);
    return;
  }
  cuda.upload(memory, near.bytes.data(), near.bytes.size());
  cuda.upload(memory + distance * 2, near.bytes.data(), near.bytes.size());
  const size_t pixels = static_cast<size_t>(t.h * t.w);
  Buffers b(cuda);
  AssayPixelSignalsArgs args = {sizeof args, near.tensor, ASSAY_LOGITS, {}, b.output<int64_t>(true, 1)};
  args.input.data = memory;
  args.input.n = 2;
  args.input.stride_n = distance;
  args.maps.entropy = b.output<float>(true, 2 * pixels);
  args.maps.argmax = b.output<uint8_t>(true, 2 * pixels);
  cuda.run(args);
  b.check();
  auto twice = expected.entropy;
  twice.insert(twice.end(), expected.entropy.begin(), expected.entropy.end());
  expect_same("entropy", b.read(args.maps.entropy, 2 * pixels), twice);
  (void)cudaFree(memory);
}

// Regions outside their image cannot be rejected without reading device memory: they must read and write nothing wrong.
void check_regions_outside(CudaBackend& cuda) {
  context() = "regions outside their image";
  const ScoreCase t = {"outside", 1, 11, 32, 64, Layout::kPlanar, ASSAY_F32, ASSAY_LOGITS, Fill::kNormal};
  const Scores s = make_scores(t, 6);
  Buffers b(cuda);
  AssayRegionSignalsArgs args = {};
  args.struct_size = sizeof args;
  args.input = s.tensor;
  args.input.data = b.input(s.bytes.data(), s.bytes.size());
  args.region_nxy = b.input(std::vector<int32_t>{0, 60, 0, 1, 0, 0, -1, 0, 0, 0, -5, 3, 0, 0, 2147483640});
  args.regions = 5;
  args.region_w = args.region_h = 16;
  args.class_histogram = b.output<int32_t>(true, 5 * 11);
  args.entropy_avg = b.output<float>(true, 5 * 64);
  args.entropy_mean = b.output<float>(true, 5);
  args.nan_pixels = b.output<int64_t>(true, 1);
  cuda.run(args);
  b.check();
  for (const float mean : b.read(args.entropy_mean, 5)) EXPECT(mean == 0.0f, "entropy_mean of a region outside");
}

// Running out of device memory is an error to recover from.
void check_out_of_memory(CudaBackend& cuda, CpuTwins& twins) {
  context() = "out of device memory";
  Buffers b(cuda);
  const std::vector<float> values(16, 1.0f);
  const AssayExec exec = {sizeof(AssayExec), 0, 0, 0, {}};
  AssaySquaredNormArgs args = {sizeof args, b.input(values), int64_t{1} << 52, b.output<double>(true, 1)};
  const AssayStatus status = assay_squared_norm(&exec, &args);
  EXPECT(status == ASSAY_OUT_OF_DEVICE_MEMORY, "status " + std::to_string(status) + ": " + assay_last_error());
  check_squared_norm(cuda, cuda, twins, true);
}

}  // namespace
}  // namespace assay_test

int main(int argc, char** argv) {
  using namespace assay_test;
  if (argc < 2) {
    std::fprintf(stderr, "usage: parity_gpu_test LIBASSAY_CUDA [--reduced]\n");
    return 2;
  }
  if (!open_cuda(argv[1])) return kNoDevice;
  const bool reduced = argc > 2 && std::strcmp(argv[2], "--reduced") == 0;
  {
    CudaBackend first(false), second(true);
    CpuTwins twins;
    check_score_table(first, second, twins, reduced);
    check_prediction_table(first, second, twins, reduced);
    check_training_table(first, second, twins, reduced);
    check_network_table(first, second, twins, reduced);
    check_kl_table(first, second, twins, reduced);
    check_distance_table(first, second, twins, reduced);
    check_regions_outside(first);
    if (!reduced) {
      check_far_offsets(first, twins);
      check_out_of_memory(first, twins);
    }
  }
  const int failed = finish();
  std::printf("CUDA parity%s: %s\n", reduced ? " (reduced table)" : "", failed == 0 ? "passed" : "FAILED");
  return failed;
}
