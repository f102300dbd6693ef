// elementwise, channel_copy, resize, dropout_mask and fold_normalisation: CUDA bodies on the simt machine against the
// CPU twins and the definitions.
#include "../cases/network_table.h"

#include <cstring>

#include "simt_backend.h"

int main(int argc, char** argv) {
  const bool reduced = argc > 1 && std::strcmp(argv[1], "--reduced") == 0;
  assay_test::SimtBackend first(1), second(20231);
  assay_test::CpuTwins twins;
  assay_test::check_network_table(first, second, twins, reduced);
  return assay_test::finish();
}
