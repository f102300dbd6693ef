// Tensor elements of four and two bytes. The numbers are cuDNN's.
#ifndef ASSAY_TESTS_EMULATOR_CORE_ELEMENTS_H
#define ASSAY_TESTS_EMULATOR_CORE_ELEMENTS_H

#include <cstddef>
#include <cstdint>

#include "core/export.h"

namespace emulator {

enum ElementType { kFloat = 0, kHalf = 2, kBfloat16 = 9 };

EMULATOR_EXPORT size_t size_of(int type);
EMULATOR_EXPORT float load(int type, const void* base, int64_t index);
// Rounds to nearest, ties to even.
EMULATOR_EXPORT void store(int type, void* base, int64_t index, float value);

}  // namespace emulator

#endif
