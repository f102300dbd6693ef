// CUDA bodies on the simt machine against golden vectors, and against the CPU twins' bits.
#include "../cases/golden_table.h"
#include "simt_backend.h"

int main(int argc, char** argv) {
  assay_test::SimtBackend tested(1);
  assay_test::CpuTwins twins;
  return assay_test::check_golden(argc, argv, tested, twins);
}
