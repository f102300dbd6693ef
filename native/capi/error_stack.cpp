#include "capi/error_stack.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace assay::capi {

ErrorStack& ErrorStack::of_this_thread() {
  static thread_local ErrorStack stack;
  return stack;
}

void ErrorStack::push(const char* level) {
  char joined[sizeof text_];
  std::snprintf(joined, sizeof joined, text_[0] == '\0' ? "%s" : "%s: %s", level, text_);
  std::memcpy(text_, joined, sizeof text_);
}

Error::Error(AssayStatus status, const char* text) : status_(status) { std::snprintf(text_, sizeof text_, "%s", text); }

void fail(AssayStatus status, const char* format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  throw Error(status, text);
}

}  // namespace assay::capi
