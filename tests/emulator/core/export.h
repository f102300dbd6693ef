#ifndef ASSAY_TESTS_EMULATOR_CORE_EXPORT_H
#define ASSAY_TESTS_EMULATOR_CORE_EXPORT_H

// The emulator's libraries share the core that libcuda.so.1 holds; everything else is hidden.
#define EMULATOR_EXPORT __attribute__((visibility("default")))
#define EMULATOR_ENTRY extern "C" EMULATOR_EXPORT

#endif
