// The CUDA launchers, made from the kernel list, and the one macro that defines each.
#ifndef ASSAY_CUDA_LAUNCHERS_H
#define ASSAY_CUDA_LAUNCHERS_H

#include "assay/kernels/all.h"
#include "kernel_list.h"

namespace assay::cuda {

// Each enqueues on exec.stream and returns; validated arguments, device pointers; the reason of a failure in `message`.
#define ASSAY_DECLARE_LAUNCHER(name, Args) \
  AssayStatus name(const AssayExec* exec, const Assay##Args* args, char* message, int64_t message_size);
ASSAY_FOR_EACH_KERNEL(ASSAY_DECLARE_LAUNCHER)
#undef ASSAY_DECLARE_LAUNCHER

// In <kernel>.cu, after its body: the launcher that runs enqueue_<kernel> on a queue.
#define ASSAY_DEFINE_LAUNCHER(name, Args)                                                                 \
  AssayStatus name(const AssayExec* exec, const Assay##Args* args, char* message, int64_t message_size) { \
    return run_queue(*exec, message, message_size, [&](auto& queue) { enqueue_##name(queue, *args); });   \
  }

}  // namespace assay::cuda

#endif
