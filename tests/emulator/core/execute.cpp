// Without the C library's check of longjmp, which takes a jump from another stack (a lane's) for an error.
#undef _FORTIFY_SOURCE
#include "core/execute.h"

#include <setjmp.h>
#include <signal.h>

#include <cstdio>

namespace emulator {
namespace {

struct Running {
  sigjmp_buf leave;
  void* address = nullptr;
};
// Read by the signal handler, which must not allocate on a thread's first access.
__attribute__((tls_model("initial-exec"))) thread_local Running* running = nullptr;

struct sigaction previous_segv, previous_bus;

void pass_on(const struct sigaction& previous, int signal, siginfo_t* info, void* context) {
  if (previous.sa_flags & SA_SIGINFO) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    sigaction(signal, &previous, nullptr);  // the access is tried again and ends the process
  }
}

// Faults of this thread's work end the work; those of other threads (a JVM lives on them) go where they went before.
void on_fault(int signal, siginfo_t* info, void* context) {
  if (running != nullptr) {
    running->address = info->si_addr;
    siglongjmp(running->leave, 1);
  }
  pass_on(signal == SIGBUS ? previous_bus : previous_segv, signal, info, context);
}

// Handlers are in place only while work runs: the JVM checks that its own are there.
class Handlers {
 public:
  Handlers() {
    struct sigaction ours = {};
    ours.sa_sigaction = on_fault;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    sigemptyset(&ours.sa_mask);
    sigaction(SIGSEGV, &ours, &previous_segv);
    sigaction(SIGBUS, &ours, &previous_bus);
  }
  ~Handlers() {
    running = nullptr;
    sigaction(SIGBUS, &previous_bus, nullptr);
    sigaction(SIGSEGV, &previous_segv, nullptr);
  }
};

// Null when all went well, else what happened.
const char* attempt(const Work& work, Running& state) {
  if (sigsetjmp(state.leave, 1) != 0) return "illegal address";
  running = &state;
  work();
  running = nullptr;
  return nullptr;
}

}  // namespace

void execute(Context& context, const char* name, const Work& work) {
  const Result injected = machine().faults.count("work");
  if (injected != CUDA_SUCCESS) context.lose(injected);
  Running state;
  try {
    const Handlers handlers;
    if (attempt(work, state) == nullptr) return;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "emulator: %s: %s\n", name, fault.what());
    context.lose(CUDA_ERROR_LAUNCH_FAILED);
  }
  std::fprintf(stderr, "emulator: %s: illegal address %p\n", name, state.address);
  context.lose(CUDA_ERROR_ILLEGAL_ADDRESS);
}

}  // namespace emulator
