#include "capi/cuda_back_end.h"

#include <dlfcn.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <memory>
#include <mutex>

#include "capi/error_stack.h"

namespace assay::capi {
namespace {

struct OpenLibrary {
  const AssayCudaLibrary* table = nullptr;
  int32_t devices = 0;
};

std::mutex open_mutex;
std::atomic<const AssayCudaLibrary*> open_table{nullptr};
std::atomic<int32_t> open_devices{0};

struct CloseHandle {
  void operator()(void* handle) const { dlclose(handle); }
};

OpenLibrary load(void* handle, const char* path) {
  using Entry = const AssayCudaLibrary* (*)();
  const auto entry = reinterpret_cast<Entry>(dlsym(handle, ASSAY_CUDA_LIBRARY_SYMBOL));
  if (entry == nullptr) {
    fail(ASSAY_UNSUPPORTED, "%s has no symbol %s: it is not Assay's CUDA library", path, ASSAY_CUDA_LIBRARY_SYMBOL);
  }
  OpenLibrary library;
  library.table = entry();
  if (library.table->struct_size != static_cast<int64_t>(sizeof(AssayCudaLibrary)) ||
      library.table->abi_version != ASSAY_ABI_VERSION) {
    fail(ASSAY_UNSUPPORTED, "%s has ABI version %" PRId64 " and table size %" PRId64 ", expected %d and %zu", path,
         library.table->abi_version, library.table->struct_size, ASSAY_ABI_VERSION, sizeof(AssayCudaLibrary));
  }
  char reason[256] = "no CUDA device";
  library.devices = library.table->device_count(reason, sizeof reason);
  if (library.devices <= 0) fail(ASSAY_UNSUPPORTED, "%s", reason);
  return library;
}

}  // namespace

void open_cuda_library(const char* path) {
  std::lock_guard<std::mutex> lock(open_mutex);
  if (open_table.load() != nullptr) return;
  if (path == nullptr) fail(ASSAY_INVALID_ARGUMENT, "path=null must name the CUDA library's file");
  if (access(path, F_OK) != 0) fail(ASSAY_UNSUPPORTED, "%s: no such file: built without nvcc, or not installed", path);
  std::unique_ptr<void, CloseHandle> handle(dlopen(path, RTLD_NOW | RTLD_LOCAL));
  if (handle == nullptr) fail(ASSAY_UNSUPPORTED, "%s", dlerror());
  const OpenLibrary library = load(handle.get(), path);
  open_devices.store(library.devices);
  open_table.store(library.table);
  handle.release();  // stays open for the life of the process: kernels may be running
}

const AssayCudaLibrary* cuda_library() { return open_table.load(); }

int32_t cuda_device_count() { return open_devices.load(); }

}  // namespace assay::capi
