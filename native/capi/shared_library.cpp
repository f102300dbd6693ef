#include "capi/shared_library.h"

#include <assay/assay.h>
#include <dlfcn.h>

#include <cstddef>

#include "capi/error_stack.h"
#include "capi/validate.h"

namespace assay::capi {
namespace {

void check(const char* function, int code) {
  if (code != 0) fail(ASSAY_UNSUPPORTED, "%s returned error %d", function, code);
}

}  // namespace

int64_t ask_library(const char* path, const char* function, int32_t form, int32_t argument) {
  validate_required("path", path);
  validate_required("function", function);
  // Never closed: CUDA's libraries do not survive being unloaded, and whoever asks may load them for good later.
  void* library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) fail(ASSAY_UNSUPPORTED, "%s", dlerror());
  void* symbol = dlsym(library, function);
  if (symbol == nullptr) fail(ASSAY_UNSUPPORTED, "%s has no function %s", path, function);
  int answer = 0;
  switch (form) {
    case ASSAY_ASK_VALUE:
      return static_cast<int64_t>(reinterpret_cast<size_t (*)()>(symbol)());
    case ASSAY_ASK_STATUS:
      return reinterpret_cast<int (*)()>(symbol)();
    case ASSAY_ASK_OUTPUT:
      check(function, reinterpret_cast<int (*)(int*)>(symbol)(&answer));
      return answer;
    case ASSAY_ASK_PROPERTY:
      check(function, reinterpret_cast<int (*)(int, int*)>(symbol)(argument, &answer));
      return answer;
    default:
      fail(ASSAY_INVALID_ARGUMENT, "form=%d must be one of ASSAY_ASK_*", form);
  }
}

}  // namespace assay::capi
