// libcudnn_graph's part: handles, versions, error texts, and what the other parts share.
#include "cudnn/handle.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unordered_map>

using namespace emulated_cudnn;

namespace emulated_cudnn {
namespace {

std::unordered_map<const void*, Kind>& objects() {
  static auto* const kObjects = new std::unordered_map<const void*, Kind>;
  return *kObjects;
}

std::string& last_failure() {
  thread_local std::string text;
  return text;
}

}  // namespace

void register_object(const void* object, Kind kind) { objects()[object] = kind; }
bool is_registered(const void* object, Kind kind) {
  const auto found = objects().find(object);
  return found != objects().end() && found->second == kind;
}
void forget_object(const void* object) { objects().erase(object); }

void remember_failure(const char* function, const std::string& why) {
  last_failure() = std::string(function) + ": " + why;
  if (std::getenv("ASSAY_EMULATOR_TRACE") != nullptr) std::fprintf(stderr, "emulator: %s\n", last_failure().c_str());
}

size_t Tensor::bytes() const {
  int64_t last = 0;
  for (size_t i = 0; i < 4; ++i) last += (dims[i] - 1) * strides[i];
  return static_cast<size_t>(last + 1) * emulator::size_of(type);
}

Tensor Filter::as_tensor() const {
  const int64_t c = dims[1], r = dims[2], s = dims[3];
  Tensor tensor;
  tensor.type = type;
  tensor.dims = dims;
  tensor.strides =
      format == kNhwc ? std::array<int64_t, 4>{c * r * s, 1, s * c, c} : std::array<int64_t, 4>{c * r * s, r * s, s, 1};
  return tensor;
}

Handle& handle_of(void* handle) {
  require(is_registered(handle, Kind::kHandle), CUDNN_STATUS_NOT_INITIALIZED, "the handle is no live handle");
  Handle& object = *static_cast<Handle*>(handle);
  if (object.context->lost != emulator::CUDA_SUCCESS) throw emulator::Error(object.context->lost);
  return object;
}

void enqueue(void* handle, const char* name, emulator::Work work) {
  Handle& object = handle_of(handle);
  emulator::stream_of(*object.context, object.stream)->enqueue(name, std::move(work));
}

void enqueue_with_workspace(void* handle, const char* name, void* workspace, size_t bytes, size_t needed,
                            emulator::Work work) {
  require(needed == 0 || workspace != nullptr, CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "the workspace is null");
  require(bytes >= needed, CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, "the workspace is too small");
  enqueue(handle, name, [workspace, needed, work = std::move(work)] {
    if (needed > 0) std::memset(workspace, 0xa5, needed);
    work();
    if (needed > 0) std::memset(workspace, 0x5a, needed);
  });
}

}  // namespace emulated_cudnn

EMULATOR_ENTRY size_t cudnnGetVersion() { return static_cast<size_t>(emulator::settings().cudnn_version); }

EMULATOR_ENTRY size_t cudnnGetCudartVersion() { return static_cast<size_t>(emulator::settings().cudart_version); }

EMULATOR_ENTRY size_t cudnnGetMaxDeviceVersion() {
  return static_cast<size_t>(emulator::settings().compute_capability) * 10;
}

// 0 major, 1 minor, 2 patch.
EMULATOR_ENTRY Status cudnnGetProperty(int type, int* value) {
  const int version = static_cast<int>(emulator::settings().cudnn_version);
  if (value == nullptr || type < 0 || type > 2) return CUDNN_STATUS_BAD_PARAM;
  *value = type == 0 ? version / 10000 : type == 1 ? version / 100 % 100 : version % 100;
  return CUDNN_STATUS_SUCCESS;
}

EMULATOR_ENTRY const char* cudnnGetErrorString(Status status) {
  switch (status) {
#define EMULATOR_STATUS_NAME(code, name) \
  case code:                             \
    return "CUDNN_STATUS_" #name;
    EMULATOR_FOR_EACH_CUDNN_STATUS(EMULATOR_STATUS_NAME)
#undef EMULATOR_STATUS_NAME
    default:
      return "CUDNN_UNKNOWN_STATUS";
  }
}

EMULATOR_ENTRY void cudnnGetLastErrorString(char* message, size_t size) {
  if (message == nullptr || size == 0) return;
  std::snprintf(message, size, "%s", last_failure().c_str());
  last_failure().clear();
}

EMULATOR_ENTRY Status cudnnGraphVersionCheck() { return CUDNN_STATUS_SUCCESS; }

// Belongs to the thread's context, or to the primary context of device 0.
EMULATOR_ENTRY Status cudnnCreate(void** handle) {
  return cudnn_call("cudnnCreate", [&] {
    require_pointer(handle, "handle");
    Handle object;
    object.context = &emulator::runtime_context_of_thread();
    *handle = new Handle(object);
    register_object(*handle, Kind::kHandle);
  });
}

EMULATOR_ENTRY Status cudnnDestroy(void* handle) {
  return cudnn_call("cudnnDestroy", [&] {
    require(is_registered(handle, Kind::kHandle), CUDNN_STATUS_NOT_INITIALIZED, "the handle is no live handle");
    forget_object(handle);
    delete static_cast<Handle*>(handle);
  });
}

EMULATOR_ENTRY Status cudnnSetStream(void* handle, void* stream) {
  return cudnn_call("cudnnSetStream", [&] {
    Handle& object = handle_of(handle);
    emulator::stream_of(*object.context, stream);
    object.stream = stream;
  });
}

EMULATOR_ENTRY Status cudnnGetStream(void* handle, void** stream) {
  return cudnn_call("cudnnGetStream", [&] { *stream = handle_of(handle).stream; });
}
