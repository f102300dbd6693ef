// Runs one piece of work and turns what goes wrong in it into the context's sticky error, as a device would.
#ifndef ASSAY_TESTS_EMULATOR_CORE_EXECUTE_H
#define ASSAY_TESTS_EMULATOR_CORE_EXECUTE_H

#include "core/stream.h"

namespace emulator {

// The memory of every device can be touched while one lives.
class Window {
 public:
  Window() {
    for (const auto& device : machine().devices) device->memory.open_window();
  }
  ~Window() {
    for (const auto& device : machine().devices) device->memory.shut_window();
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
};

// An access that faults becomes ILLEGAL_ADDRESS, any exception LAUNCH_FAILED; the reason goes to stderr. Every piece of
// work counts as a call of "work" to fault injection.
void execute(Context& context, const char* name, const Work& work);

}  // namespace emulator

#endif
