package dev.assay.device;

import dev.assay.memory.LeakCheck;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/**
 * Work of a stream that was captured once and can be launched again at little cost, with the same
 * addresses and sizes. Made by {@link CudaStream#capture}; the memory that the work uses must
 * outlive its last launch. Confined to one thread at a time; whoever captured it closes it.
 */
public final class CudaGraph implements AutoCloseable {
  private final CudaDevice device;
  private final CUgraphExec executable = new CUgraphExec();
  private boolean closed;

  /** Takes over {@code captured}, which is no longer needed once instantiated. */
  CudaGraph(CudaDevice device, CUgraph captured) {
    this.device = device;
    try {
      device
          .context()
          .run(
              "cuGraphInstantiate", () -> JCudaDriver.cuGraphInstantiate(executable, captured, 0L));
    } finally {
      device.context().free(() -> JCudaDriver.cuGraphDestroy(captured));
    }
    device.adopt(this);
    LeakCheck.opened(this, "of " + device);
  }

  /** Enqueues the captured work on {@code stream}, which need not be the one it was captured on. */
  public void launch(CudaStream stream) {
    if (closed) {
      throw new IllegalStateException("graph of " + device + " is closed");
    }
    device
        .context()
        .run("cuGraphLaunch", () -> JCudaDriver.cuGraphLaunch(executable, stream.raw()));
  }

  /** Never throws, not even on a lost device. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      device.forget(this);
      LeakCheck.closed(this);
      device.context().free(() -> JCudaDriver.cuGraphExecDestroy(executable));
    }
  }
}
