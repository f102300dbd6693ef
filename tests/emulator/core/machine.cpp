#include "core/machine.h"

#include <cstdio>
#include <cstdlib>

#include "core/stream.h"

namespace emulator {
namespace {

Machine* start() {
  Machine* machine = new Machine;  // lives as long as the process: threads may call until its end
  for (int64_t i = 0; i < settings().devices; ++i) {
    machine->devices.push_back(std::make_unique<Context>(static_cast<int>(i)));
  }
  const char* faults = std::getenv("ASSAY_EMULATOR_FAIL");
  if (faults != nullptr && !machine->faults.parse(faults)) {
    std::fprintf(stderr, "emulator: ASSAY_EMULATOR_FAIL=%s must be NAME:NTH=RESULT,...\n", faults);
    std::abort();
  }
  return machine;
}

}  // namespace

Machine& machine() {
  static Machine* const kMachine = start();
  return *kMachine;
}

Context::Context(int ordinal)
    : ordinal(ordinal), memory(settings().memory_bytes), legacy(std::make_shared<Stream>(*this, true, 0)) {}

Context::~Context() = default;

void Context::reset() {
  machine().captures.clear();
  events.clear();
  streams.clear();
  memory.release_all();
  legacy = std::make_shared<Stream>(*this, true, 0);
}

void Context::lose(Result result) {
  lost = result;
  throw Error(result);
}

std::vector<Context*>& context_stack() {
  thread_local std::vector<Context*> stack;
  return stack;
}

Context& current_context() {
  require(!context_stack().empty() && context_stack().back() != nullptr, CUDA_ERROR_INVALID_CONTEXT);
  Context& context = *context_stack().back();
  require(context.retained > 0, CUDA_ERROR_CONTEXT_IS_DESTROYED);
  return context;
}

Context& context_of_device(int ordinal) {
  require(ordinal >= 0 && static_cast<size_t>(ordinal) < machine().devices.size(), CUDA_ERROR_INVALID_DEVICE);
  return *machine().devices[static_cast<size_t>(ordinal)];
}

Context& runtime_context(int ordinal) {
  Context& context = context_of_device(ordinal);
  machine().initialised = true;
  if (context.retained == 0) context.retained = 1;
  if (context.lost != CUDA_SUCCESS) throw Error(context.lost);
  return context;
}

Context& runtime_context_of_thread() {
  const bool has_one = !context_stack().empty() && context_stack().back() != nullptr;
  return runtime_context(has_one ? context_stack().back()->ordinal : 0);
}

std::shared_ptr<void> scratch(Context& context, size_t bytes) {
  return std::shared_ptr<void>(reinterpret_cast<void*>(context.memory.allocate(bytes)), [&context](void* memory) {
    std::lock_guard<std::recursive_mutex> lock(machine().mutex);
    // Gone already if the context was reset.
    const Address address = reinterpret_cast<Address>(memory);
    if (context.memory.starts_at(address)) context.memory.release(address);
  });
}

void enter(const char* function, Needs needs) {
  const Result injected = machine().faults.count(function);
  if (needs != Needs::kNothing) require(machine().initialised, CUDA_ERROR_NOT_INITIALIZED);
  if (needs == Needs::kContext) {
    Context& context = current_context();
    if (context.lost != CUDA_SUCCESS) throw Error(context.lost);
    if (is_sticky(injected)) context.lose(injected);
  }
  if (injected != CUDA_SUCCESS) throw Error(injected);
}

}  // namespace emulator
