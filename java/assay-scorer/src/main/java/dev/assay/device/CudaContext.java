package dev.assay.device;

import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;

/**
 * One device's primary context, and the memory of what broke it. Every driver call goes through
 * {@link #run}, which makes the context current on the calling thread and puts back what was there,
 * so that an embedder's own CUDA code is not disturbed.
 */
final class CudaContext {
  /** A driver function without its checks. */
  @FunctionalInterface
  interface Call {
    int run();
  }

  private final CUdevice device;
  private final CUcontext context = new CUcontext();
  private final String name;
  private volatile String lost;

  CudaContext(CUdevice device, String name) {
    this.device = device;
    this.name = name;
    check("cuDevicePrimaryCtxRetain", JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
  }

  /** Runs {@code call} in this context; throws for any code but success. */
  void run(String what, Call call) {
    check(what, code(call));
  }

  /** Runs {@code call} and returns its code; one that breaks the device is remembered. */
  int code(Call call) {
    requireUsable();
    return attempt(call);
  }

  /** Runs what frees something, or waits before that: on a lost device there is nothing to do. */
  void free(Call call) {
    if (lost == null) {
      attempt(call);
    }
  }

  private int attempt(Call call) {
    int code = JCudaDriver.cuCtxPushCurrent(context);
    if (code == 0) {
      try {
        code = call.run();
      } finally {
        JCudaDriver.cuCtxPopCurrent(new CUcontext());
      }
    }
    if (CudaErrors.isSticky(code)) {
      lost = CudaErrors.text(code);
    }
    return code;
  }

  /** Makes this context current on the calling thread until {@link #leave}. */
  void enter() {
    requireUsable();
    check("cuCtxPushCurrent", JCudaDriver.cuCtxPushCurrent(context));
  }

  void leave() {
    JCudaDriver.cuCtxPopCurrent(new CUcontext());
  }

  void check(String what, int code) {
    if (code != 0) {
      throw CudaErrors.exception(name + ": " + what, code);
    }
  }

  private void requireUsable() {
    if (lost != null) {
      throw new DeviceLostException(
          name + " is lost since an earlier call: " + lost + "; only a new process can use it");
    }
  }

  void release() {
    // Of a lost device too: the count is the process's, not the context's.
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }
}
