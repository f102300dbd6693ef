#include "core/settings.h"

#include <cstdlib>
#include <sstream>

namespace emulator {
namespace {

constexpr int64_t kEvery = 0;

int64_t number(const char* variable, int64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? otherwise : std::strtoll(text, nullptr, 0);
}

Settings read() {
  Settings s;
  s.devices = number("ASSAY_EMULATOR_DEVICES", s.devices);
  s.memory_bytes = number("ASSAY_EMULATOR_MEMORY", s.memory_bytes);
  s.driver_version = number("ASSAY_EMULATOR_DRIVER", s.driver_version);
  s.compute_capability = number("ASSAY_EMULATOR_COMPUTE", s.compute_capability);
  s.cudnn_version = number("ASSAY_EMULATOR_CUDNN", s.cudnn_version);
  s.cudart_version = number("ASSAY_EMULATOR_CUDART", s.cudart_version);
  s.processors = number("ASSAY_EMULATOR_PROCESSORS", s.processors);
  s.eager = number("ASSAY_EMULATOR_EAGER", 0) != 0;
  s.seed = static_cast<uint64_t>(number("ASSAY_EMULATOR_SEED", 1));
  return s;
}

}  // namespace

const Settings& settings() {
  static const Settings kSettings = read();
  return kSettings;
}

void Faults::fail(const std::string& function, int64_t nth, Result result) {
  planned_[function].push_back({nth == kEvery ? kEvery : calls_[function] + nth, result});
}

bool Faults::parse(const std::string& text) {
  std::istringstream parts(text);
  std::string part;
  while (std::getline(parts, part, ',')) {
    const size_t colon = part.find(':'), equals = part.find('=');
    if (colon == std::string::npos || equals == std::string::npos || equals < colon) return false;
    const std::string nth = part.substr(colon + 1, equals - colon - 1);
    fail(part.substr(0, colon), nth == "*" ? kEvery : std::atoll(nth.c_str()), std::atoi(part.c_str() + equals + 1));
  }
  return true;
}

void Faults::clear() { planned_.clear(); }

Result Faults::count(const char* function) {
  const int64_t call = ++calls_[function];
  const auto planned = planned_.find(function);
  if (planned == planned_.end()) return CUDA_SUCCESS;
  for (const Planned& one : planned->second)
    if (one.nth == call || one.nth == kEvery) return one.result;
  return CUDA_SUCCESS;
}

int64_t Faults::calls(const std::string& function) const {
  const auto found = calls_.find(function);
  return found == calls_.end() ? 0 : found->second;
}

}  // namespace emulator
