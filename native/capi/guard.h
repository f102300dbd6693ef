// The one gate through which every entry of the C ABI goes: exceptions become statuses.
#ifndef ASSAY_CAPI_GUARD_H
#define ASSAY_CAPI_GUARD_H

#include <new>
#include <stdexcept>

#include "capi/error_stack.h"

namespace assay::capi {

// Runs body and turns whatever it throws into a status and this thread's error text, prefixed with `entry`.
template <typename Body>
AssayStatus guard(const char* entry, Body&& body) noexcept {
  ErrorStack& errors = ErrorStack::of_this_thread();
  errors.clear();
  AssayStatus status = ASSAY_OK;
  try {
    body();
    return ASSAY_OK;
  } catch (const Error& e) {
    status = e.status();
    errors.push(e.what());
  } catch (const std::bad_alloc&) {
    status = ASSAY_OUT_OF_HOST_MEMORY;
    errors.push("out of host memory for scratch");
  } catch (const std::length_error&) {
    status = ASSAY_OUT_OF_HOST_MEMORY;
    errors.push("scratch is larger than the address space");
  } catch (const std::exception& e) {
    status = ASSAY_INTERNAL;
    errors.push(e.what());
  } catch (...) {
    status = ASSAY_INTERNAL;
    errors.push("unknown exception");
  }
  errors.push(entry);
  return status;
}

}  // namespace assay::capi

#endif
