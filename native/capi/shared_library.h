// Asking other people's shared libraries for their versions.
#ifndef ASSAY_CAPI_SHARED_LIBRARY_H
#define ASSAY_CAPI_SHARED_LIBRARY_H

#include <cstdint>

namespace assay::capi {

// See assay_library_ask.
int64_t ask_library(const char* path, const char* function, int32_t form, int32_t argument);

}  // namespace assay::capi

#endif
