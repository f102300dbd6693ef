package dev.assay.device;

import dev.assay.memory.LeakCheck;
import dev.assay.memory.Owner;
import java.util.List;
import jcuda.driver.CUgraph;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;
import jcuda.driver.RawStream;

/**
 * An ordered queue of work on one GPU. Copies, and kernels that run on it, are enqueued and done
 * later, one after the other; what the host is to see needs {@link #synchronize()}, or an event.
 *
 * <p>Addresses are raw: whoever enqueues keeps their memory until the work is done. Host memory
 * that is not pinned may be copied before the call returns. May be used by any thread, by one at a
 * time.
 */
public final class CudaStream implements AutoCloseable {
  private static final int NON_BLOCKING = 1;
  private static final int THREAD_LOCAL = 1;

  private final CudaDevice device;
  private final CudaContext context;
  private final CUstream stream;
  private final long handle;
  private final boolean owned;
  private final HeldLeases leases = new HeldLeases();
  private final Workspace workspace = new Workspace(this);
  private volatile boolean closed;
  private boolean recorded;

  CudaStream(CudaDevice device) {
    this.device = device;
    this.context = device.context();
    Address.StreamHandle made = new Address.StreamHandle();
    context.run("cuStreamCreate", () -> JCudaDriver.cuStreamCreate(made, NON_BLOCKING));
    this.stream = made;
    this.handle = made.value();
    this.owned = true;
    device.adopt(this);
    LeakCheck.opened(this, "of " + device);
  }

  CudaStream(CudaDevice device, long handle) {
    this.device = device;
    this.context = device.context();
    this.stream = RawStream.of(handle);
    this.handle = handle;
    this.owned = false;
    device.adopt(this);
    LeakCheck.opened(this, "of " + device);
  }

  /** The device whose work it orders. */
  public CudaDevice device() {
    return device;
  }

  /** The {@code cudaStream_t} as an integer, for other libraries. */
  public long handle() {
    requireOpen();
    return handle;
  }

  CUstream raw() {
    requireOpen();
    return stream;
  }

  /** Enqueues a copy of host memory into device memory. */
  public void copyIn(long host, long device, long bytes) {
    requireOpen();
    if (bytes == 0) {
      return;
    }
    context.run(
        "cuMemcpyHtoDAsync",
        () ->
            JCudaDriver.cuMemcpyHtoDAsync(
                Address.device(device), Address.host(host), bytes, stream));
  }

  /** Enqueues a copy of device memory into host memory. */
  public void copyOut(long device, long host, long bytes) {
    requireOpen();
    if (bytes == 0) {
      return;
    }
    context.run(
        "cuMemcpyDtoHAsync",
        () ->
            JCudaDriver.cuMemcpyDtoHAsync(
                Address.host(host), Address.device(device), bytes, stream));
  }

  /** Enqueues a copy between two blocks of this device that do not overlap. */
  public void copyWithin(long from, long to, long bytes) {
    requireOpen();
    if (bytes == 0) {
      return;
    }
    context.run(
        "cuMemcpyDtoDAsync",
        () ->
            JCudaDriver.cuMemcpyDtoDAsync(Address.device(to), Address.device(from), bytes, stream));
  }

  /** Enqueues the writing of zeros. */
  public void zero(long device, long bytes) {
    requireOpen();
    if (bytes == 0) {
      return;
    }
    context.run(
        "cuMemsetD8Async",
        () -> JCudaDriver.cuMemsetD8Async(Address.device(device), (byte) 0, bytes, stream));
  }

  /**
   * Returns when everything enqueued so far is done.
   *
   * @throws DeviceLostException if some of it broke the device
   */
  public void synchronize() {
    requireOpen();
    context.run("cuStreamSynchronize", () -> JCudaDriver.cuStreamSynchronize(stream));
    leases.endAll();
  }

  /**
   * Waits for what is enqueued, whatever becomes of it: never throws, not even on a lost device.
   */
  public void settle() {
    if (!closed) {
      context.free(() -> JCudaDriver.cuStreamSynchronize(stream));
      leases.endAll();
    }
  }

  /**
   * Takes over one lease of each owner: they end when what is enqueued so far is done, at the
   * latest with the next {@link #synchronize()}.
   */
  public void releaseWhenDone(List<Owner> leased) {
    leases.endDone();
    leases.add(record(), leased);
  }

  /** Scratch and staging for the calls on this stream. */
  public Workspace workspace() {
    requireOpen();
    return workspace;
  }

  /** Marks the end of what is enqueued so far. */
  public CudaEvent record() {
    requireOpen();
    CudaEvent event = new CudaEvent(device);
    try {
      record(event);
      return event;
    } catch (RuntimeException e) {
      event.close();
      throw e;
    }
  }

  /** Moves {@code event} to the end of what is enqueued so far. */
  public void record(CudaEvent event) {
    requireOpen();
    context.run("cuEventRecord", () -> JCudaDriver.cuEventRecord(event.event(), stream));
  }

  /** What is enqueued from now on starts after {@code event}; the host does not wait. */
  public void await(CudaEvent event) {
    requireOpen();
    context.run("cuStreamWaitEvent", () -> JCudaDriver.cuStreamWaitEvent(stream, event.event(), 0));
  }

  /**
   * Records what {@code work} enqueues on this stream instead of running it. It may not allocate
   * with the driver, synchronise, or read results. Kernels in it use this stream's scratch, which
   * is large enough if they ran here before: the stream outlives the graph, and nothing else of it
   * runs beside the graph.
   */
  public CudaGraph capture(Runnable work) {
    requireOpen();
    recorded = true;
    context.run(
        "cuStreamBeginCapture", () -> JCudaDriver.cuStreamBeginCapture(stream, THREAD_LOCAL));
    CUgraph captured = new CUgraph();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // The stream must leave capture; its own error would hide the cause.
      context.free(() -> JCudaDriver.cuStreamEndCapture(stream, captured));
      context.free(() -> JCudaDriver.cuGraphDestroy(captured));
      throw e;
    }
    context.run("cuStreamEndCapture", () -> JCudaDriver.cuStreamEndCapture(stream, captured));
    return new CudaGraph(device, captured);
  }

  /** Whether graphs may know addresses of this stream's workspace. */
  boolean hasRecorded() {
    return recorded;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("stream of " + device + " is closed");
    }
  }

  /** Waits for what is enqueued; never throws, not even on a lost device. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      settle();
      closed = true;
    }
    workspace.close();
    device.forget(this);
    LeakCheck.closed(this);
    if (owned) {
      context.free(() -> JCudaDriver.cuStreamDestroy(stream));
    }
  }

  @Override
  public String toString() {
    return "stream of " + device;
  }
}
