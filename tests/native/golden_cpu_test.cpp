// The CPU twins, on three threads and on one, against golden vectors.
//   golden_cpu_test FOLDER
#include "../cases/golden_table.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: golden_cpu_test FOLDER\n");
    return 2;
  }
  assay_test::CpuTwins tested(3), twins;
  return assay_test::check_golden(argv[1], tested, twins);
}
