// libcublasLt: no more than its version, because nothing here calls it.
#include <cstddef>

#include "core/export.h"
#include "cublas/version.h"

EMULATOR_ENTRY size_t cublasLtGetVersion() { return emulator::kCublasVersion; }
