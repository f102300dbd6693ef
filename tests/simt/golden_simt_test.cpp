// CUDA bodies on the simt machine against golden vectors, and against the CPU twins' bits.
//   golden_simt_test FOLDER
#include "../cases/golden_table.h"
#include "simt_backend.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: golden_simt_test FOLDER\n");
    return 2;
  }
  assay_test::SimtBackend tested(1);
  assay_test::CpuTwins twins;
  return assay_test::check_golden(argv[1], tested, twins);
}
