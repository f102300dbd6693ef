// Checks that print what was compared and let the test go on; main() returns assay_test::finish().
#ifndef ASSAY_TESTS_CHECK_H
#define ASSAY_TESTS_CHECK_H

#include <cstdio>
#include <sstream>
#include <string>

namespace assay_test {

inline int& failures() {
  static int count = 0;
  return count;
}

inline void report(const char* file, int line, const std::string& what) {
  if (++failures() <= 50) std::fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
}

inline int finish() {
  if (failures() > 0) std::fprintf(stderr, "%d checks failed\n", failures());
  return failures() == 0 ? 0 : 1;
}

template <typename A, typename B>
std::string both(const char* a_text, const char* b_text, const A& a, const B& b) {
  std::ostringstream out;
  out.precision(17);
  out << a_text << " = " << a << ", " << b_text << " = " << b;
  return out.str();
}

}  // namespace assay_test

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) assay_test::report(__FILE__, __LINE__, "false: " #condition); \
  } while (false)

#define CHECK_EQ(a, b)                                                                                 \
  do {                                                                                                 \
    const auto a_value = (a);                                                                          \
    const auto b_value = (b);                                                                          \
    if (!(a_value == b_value)) {                                                                       \
      assay_test::report(__FILE__, __LINE__, "differ: " + assay_test::both(#a, #b, a_value, b_value)); \
    }                                                                                                  \
  } while (false)

// |a - b| <= tolerance; a NaN fails.
#define CHECK_NEAR(a, b, tolerance)                                                                           \
  do {                                                                                                        \
    const double a_value = (a);                                                                               \
    const double b_value = (b);                                                                               \
    if (!(a_value - b_value <= (tolerance) && b_value - a_value <= (tolerance))) {                            \
      assay_test::report(__FILE__, __LINE__, "too far apart: " + assay_test::both(#a, #b, a_value, b_value)); \
    }                                                                                                         \
  } while (false)

#define CHECK_TEXT(text, part)                                                                              \
  do {                                                                                                      \
    const std::string text_value = (text);                                                                  \
    if (text_value.find(part) == std::string::npos) {                                                       \
      assay_test::report(__FILE__, __LINE__, "no \"" + std::string(part) + "\" in \"" + text_value + "\""); \
    }                                                                                                       \
  } while (false)

#endif
