// The few words these test programs need: CHECK, named cases, and an exit status.
#ifndef ASSAY_TESTS_SIMT_CHECK_H
#define ASSAY_TESTS_SIMT_CHECK_H

#include <cstdio>
#include <string>

namespace check {

inline int failures = 0;
inline std::string context;  // what reproduces the present case

inline bool report(bool ok, const char* expression, const char* file, int line, const std::string& detail) {
  if (ok) return true;
  if (++failures <= 40) std::printf("FAILED %s:%d: %s\n  case: %s\n  %s\n", file, line, expression, context.c_str(), detail.c_str());
  return false;
}
inline int finish(const char* name) {
  std::printf("%s: %s\n", name, failures == 0 ? "passed" : ("FAILED, " + std::to_string(failures) + " checks").c_str());
  return failures == 0 ? 0 : 1;
}

}  // namespace check

#define CHECK(condition) check::report((condition), #condition, __FILE__, __LINE__, "")
#define CHECK_DETAIL(condition, detail) check::report((condition), #condition, __FILE__, __LINE__, (detail))

#endif
