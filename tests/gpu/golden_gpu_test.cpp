// Every kernel on a CUDA device against golden vectors, and against the CPU twins' bits.
//   golden_gpu_test LIBASSAY_CUDA FOLDER      exit code 4: no device
#include "../cases/golden_table.h"
#include "cuda_backend.h"

int main(int argc, char** argv) {
  using namespace assay_test;
  if (argc != 3) {
    std::fprintf(stderr, "usage: golden_gpu_test LIBASSAY_CUDA FOLDER\n");
    return 2;
  }
  if (!open_cuda(argv[1])) return kNoDevice;
  CudaBackend tested(true);
  CpuTwins twins;
  return check_golden(argv[2], tested, twins);
}
