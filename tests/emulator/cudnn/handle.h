// A handle: the stream that its calls go to.
#ifndef ASSAY_TESTS_EMULATOR_CUDNN_HANDLE_H
#define ASSAY_TESTS_EMULATOR_CUDNN_HANDLE_H

#include "core/stream.h"
#include "cudnn/descriptors.h"

namespace emulated_cudnn {

struct Handle {
  emulator::Context* context = nullptr;
  void* stream = nullptr;
};

// Throws NOT_INITIALIZED where it is none, and the context's sticky error.
EMULATOR_EXPORT Handle& handle_of(void* handle);
// Queues work on the handle's stream.
EMULATOR_EXPORT void enqueue(void* handle, const char* name, emulator::Work work);
// `bytes` of device memory for an operation that needs `needed`; scribbled over before and after it, so that memory
// that is also something else shows.
EMULATOR_EXPORT void enqueue_with_workspace(void* handle, const char* name, void* workspace, size_t bytes,
                                            size_t needed, emulator::Work work);

}  // namespace emulated_cudnn

#endif
