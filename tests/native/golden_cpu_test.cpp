// The CPU twins, on three threads and on one, against golden vectors.
#include "../cases/golden_table.h"

int main(int argc, char** argv) {
  assay_test::CpuTwins tested(3), twins;
  return assay_test::check_golden(argc, argv, tested, twins);
}
