#ifndef ASSAY_TESTS_EMULATOR_CUBLAS_VERSION_H
#define ASSAY_TESTS_EMULATOR_CUBLAS_VERSION_H

namespace emulator {

// 13.1.0, of both of its libraries.
constexpr int kCublasVersion = 130100;

}  // namespace emulator

#endif
