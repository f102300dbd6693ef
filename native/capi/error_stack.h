// The text of the last failure on each thread, built up by every level that knows something about it.
#ifndef ASSAY_CAPI_ERROR_STACK_H
#define ASSAY_CAPI_ERROR_STACK_H

#include <exception>

#include "assay/kernels/status.h"

namespace assay::capi {

// Fixed size, so that reporting an allocation failure allocates nothing. Longer texts are cut.
class ErrorStack {
 public:
  void clear() { text_[0] = '\0'; }
  // Puts `level` and ": " before what is there, so that the text reads from the entry inwards.
  void push(const char* level);
  const char* text() const { return text_; }

  static ErrorStack& of_this_thread();

 private:
  char text_[1024] = "";
};

// A failure on its way to the guard: a status and a formatted text of at most 511 bytes.
class Error : public std::exception {
 public:
  Error(AssayStatus status, const char* text);
  AssayStatus status() const { return status_; }
  const char* what() const noexcept override { return text_; }

 private:
  AssayStatus status_;
  char text_[512];
};

[[noreturn]] void fail(AssayStatus status, const char* format, ...) __attribute__((format(printf, 2, 3)));

}  // namespace assay::capi

#endif
