// The part of CUDA's cuda_pipeline_primitives.h that device bodies use. A copy happens when its lane waits for it: who
// reads before that finds what was there.
#ifndef ASSAY_TESTS_SIMT_CUDA_PIPELINE_PRIMITIVES_H
#define ASSAY_TESTS_SIMT_CUDA_PIPELINE_PRIMITIVES_H

#include <cstdlib>

#include "cuda_shim.h"

inline void __pipeline_memcpy_async(void* shared, const void* global, size_t bytes) {
  simt::defer_copy({shared, global, bytes});
}
inline void __pipeline_commit() {}
// Only waiting for all copies is emulated.
inline void __pipeline_wait_prior(size_t newest) {
  if (newest != 0) std::abort();
  for (simt::Copy copy; simt::take_copy(copy);) memcpy(copy.to, copy.from, copy.bytes);
}

#endif
