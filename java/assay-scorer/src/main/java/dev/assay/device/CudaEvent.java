package dev.assay.device;

import dev.assay.memory.LeakCheck;
import jcuda.driver.CUevent;
import jcuda.driver.JCudaDriver;

/** A point in a stream's work. Thread-safe; whoever recorded it closes it. */
public final class CudaEvent implements AutoCloseable {
  private static final int DISABLE_TIMING = 2;

  private final CudaDevice device;
  private final CUevent event = new CUevent();
  private boolean closed;

  CudaEvent(CudaDevice device) {
    this.device = device;
    device.context().run("cuEventCreate", () -> JCudaDriver.cuEventCreate(event, DISABLE_TIMING));
    device.adopt(this);
    LeakCheck.opened(this, "of " + device);
  }

  CUevent event() {
    requireOpen();
    return event;
  }

  /** Whether everything before it is done. */
  public boolean isDone() {
    CUevent queried = event();
    int code = device.context().code(() -> JCudaDriver.cuEventQuery(queried));
    if (code == CudaErrors.NOT_READY) {
      return false;
    }
    device.context().check("cuEventQuery", code);
    return true;
  }

  /** Returns when everything before it is done. */
  public void synchronize() {
    CUevent awaited = event();
    device.context().run("cuEventSynchronize", () -> JCudaDriver.cuEventSynchronize(awaited));
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("event of " + device + " is closed");
    }
  }

  /** Never throws, not even on a lost device. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    device.forget(this);
    LeakCheck.closed(this);
    device.context().free(() -> JCudaDriver.cuEventDestroy(event));
  }
}
