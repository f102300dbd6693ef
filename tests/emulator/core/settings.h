// What the emulated machine is, and the faults it has been told to have. See README.md for the variables.
#ifndef ASSAY_TESTS_EMULATOR_CORE_SETTINGS_H
#define ASSAY_TESTS_EMULATOR_CORE_SETTINGS_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/errors.h"
#include "core/export.h"

namespace emulator {

struct Settings {
  int64_t devices = 1;
  int64_t memory_bytes = int64_t{4} << 30;  // of each device
  int64_t driver_version = 13010;
  int64_t compute_capability = 90;
  int64_t cudnn_version = 91900;
  int64_t cudart_version = 13010;
  int64_t processors = 2;  // few, so that loops over the grid turn more than once
  bool eager = false;      // work runs at once instead of when something waits for it
  uint64_t seed = 1;       // order of the lanes of a kernel
};
// Read from the environment once.
EMULATOR_EXPORT const Settings& settings();

// Calls counted by name, and those that are to fail.
class EMULATOR_EXPORT Faults {
 public:
  // The `nth` call of `function` from now on (1 is the next) returns `result`; 0 is every call.
  void fail(const std::string& function, int64_t nth, Result result);
  // "NAME:NTH=RESULT", several separated by commas, NTH * for every call. False if it is none.
  bool parse(const std::string& text);
  void clear();
  // Counts one call; what it shall return, CUDA_SUCCESS for the truth.
  Result count(const char* function);
  int64_t calls(const std::string& function) const;

 private:
  struct Planned {
    int64_t nth;
    Result result;
  };
  std::map<std::string, int64_t> calls_;
  std::map<std::string, std::vector<Planned>> planned_;
};

}  // namespace emulator

#endif
