// The emulated machine: devices with their primary contexts, and the gate that every call of the driver passes.
//
// One lock is held during every call, work that a call waits for included: nothing runs behind the caller's back.
#ifndef ASSAY_TESTS_EMULATOR_CORE_MACHINE_H
#define ASSAY_TESTS_EMULATOR_CORE_MACHINE_H

#include <memory>
#include <mutex>
#include <new>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/errors.h"
#include "core/export.h"
#include "core/memory.h"
#include "core/settings.h"

namespace emulator {

class Stream;
struct Event;
class Capture;
struct Graph;

// A device's primary context. Streams and events die with it.
struct Context {
  explicit Context(int ordinal);
  ~Context();

  int ordinal;
  int retained = 0;
  unsigned flags = 0;
  Result lost = CUDA_SUCCESS;  // the sticky error, after which every call returns it
  uint64_t next_stream_id = 1;
  DeviceMemory memory;
  std::shared_ptr<Stream> legacy;
  std::unordered_map<const void*, std::shared_ptr<Stream>> streams;
  std::unordered_map<const void*, std::shared_ptr<Event>> events;

  // Ends the context, and captures under way, and starts a fresh one in its place. A sticky error stays, as it does
  // until a process ends.
  void reset();
  [[noreturn]] void lose(Result result);
};

struct Machine {
  std::recursive_mutex mutex;
  bool initialised = false;
  Faults faults;
  PinnedMemory pinned;
  std::vector<std::unique_ptr<Context>> devices;
  std::vector<std::shared_ptr<Capture>> captures;  // under way
  std::unordered_map<const void*, std::shared_ptr<Graph>> graphs;
  std::unordered_map<const void*, std::shared_ptr<Graph>> executable_graphs;
};
EMULATOR_EXPORT Machine& machine();

// Of this thread, top last.
EMULATOR_EXPORT std::vector<Context*>& context_stack();
// Throws INVALID_CONTEXT without one.
EMULATOR_EXPORT Context& current_context();
Context& context_of_device(int ordinal);
// What the runtime does before its first call: the device's primary context, retained once for the process.
EMULATOR_EXPORT Context& runtime_context(int ordinal);
// The thread's current context, or that of device 0.
EMULATOR_EXPORT Context& runtime_context_of_thread();

// Device memory that lives as long as what holds it: the work that uses it. Throws OUT_OF_MEMORY.
EMULATOR_EXPORT std::shared_ptr<void> scratch(Context& context, size_t bytes);

enum class Needs { kNothing, kInitialised, kContext };
// Counts the call and throws what it has to fail with.
EMULATOR_EXPORT void enter(const char* function, Needs needs);

template <class Body>
Result driver_call(const char* function, Needs needs, Body&& body) {
  std::lock_guard<std::recursive_mutex> lock(machine().mutex);
  try {
    enter(function, needs);
    body();
    return CUDA_SUCCESS;
  } catch (const Error& error) {
    return error.result;
  } catch (const std::bad_alloc&) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
}

}  // namespace emulator

#endif
