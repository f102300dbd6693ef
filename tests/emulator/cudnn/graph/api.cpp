// libcudnn_graph's cudnnBackend... calls.
#include "cudnn/graph/descriptor.h"
#include "cudnn/graph/execution.h"
#include "cudnn/handle.h"

using namespace emulated_cudnn;

EMULATOR_ENTRY Status cudnnBackendCreateDescriptor(int kind, void** descriptor) {
  return cudnn_call("cudnnBackendCreateDescriptor", [&] {
    require_pointer(descriptor, "the descriptor's place");
    *descriptor = graph::create_descriptor(kind);
  });
}

EMULATOR_ENTRY Status cudnnBackendDestroyDescriptor(void* descriptor) {
  return cudnn_call("cudnnBackendDestroyDescriptor", [&] { graph::destroy_descriptor(descriptor); });
}

EMULATOR_ENTRY Status cudnnBackendSetAttribute(void* descriptor, int name, int type, int64_t count,
                                               const void* elements) {
  return cudnn_call("cudnnBackendSetAttribute",
                    [&] { graph::descriptor_of(descriptor).set(name, type, count, elements); });
}

EMULATOR_ENTRY Status cudnnBackendGetAttribute(void* descriptor, int name, int type, int64_t wanted, int64_t* count,
                                               void* elements) {
  return cudnn_call("cudnnBackendGetAttribute",
                    [&] { graph::descriptor_of(descriptor).get(name, type, wanted, count, elements); });
}

EMULATOR_ENTRY Status cudnnBackendFinalize(void* descriptor) {
  return cudnn_call("cudnnBackendFinalize", [&] { graph::finalise(graph::descriptor_of(descriptor)); });
}

EMULATOR_ENTRY Status cudnnBackendExecute(void* handle, void* plan, void* pack) {
  return cudnn_call("cudnnBackendExecute", [&] {
    handle_of(handle);
    graph::execute(handle, graph::finalised(plan, graph::kExecutionPlan).engines.at(0),
                   graph::finalised(pack, graph::kVariantPack).pack);
  });
}
