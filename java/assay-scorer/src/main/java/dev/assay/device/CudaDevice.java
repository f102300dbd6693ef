package dev.assay.device;

import dev.assay.memory.Device;
import dev.assay.memory.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;

/**
 * One GPU: its primary context, and the streams, events, graphs and memory made on it. The primary
 * context is the one that CUDA's run-time library, and so cuDNN and cuBLAS, use too: addresses and
 * streams are theirs as well.
 *
 * <p>Thread-safe. Whoever opened it closes it; what was made on it and is still open then is closed
 * first, last-made first. After an error that breaks the context every call throws {@link
 * DeviceLostException}; closing never does.
 */
public final class CudaDevice implements AutoCloseable {
  /** Compute capability of the oldest devices that the kernels are built for: Turing. */
  public static final int OLDEST_CAPABILITY = 75;

  private final Device device;
  private final String name;
  private final int capability;
  private final long totalBytes;
  private final CudaContext context;
  private final DeviceMemory memory;
  private final Set<AutoCloseable> children = new LinkedHashSet<>();
  private boolean closed;

  private CudaDevice(int ordinal, CUdevice handle, long memoryCap) {
    this.device = Device.cuda(ordinal);
    this.name = nameOf(handle);
    this.capability = capabilityOf(handle);
    if (capability < OLDEST_CAPABILITY) {
      throw new NoSuchDeviceException(
          device
              + ": "
              + name
              + " has compute capability "
              + capability / 10.0
              + ", expected at least "
              + OLDEST_CAPABILITY / 10.0);
    }
    long[] total = new long[1];
    JCudaDriver.cuDeviceTotalMem(total, handle);
    this.totalBytes = total[0];
    this.context = new CudaContext(handle, device.toString());
    this.memory = new DeviceMemory(device.toString(), context, memoryCap);
    LeakCheck.opened(this, device.toString());
  }

  /** Why no device of this machine can be used, one line; null when at least one can. */
  public static String whyNot() {
    return DriverLibrary.whyNot();
  }

  /**
   * Opens device {@code ordinal}.
   *
   * @param memoryCap most bytes of device memory that may be allocated here; 0 for all there is
   * @throws NoSuchDeviceException with the reason, if there is no such device, or no usable driver
   */
  public static CudaDevice open(int ordinal, long memoryCap) {
    if (memoryCap < 0) {
      throw new IllegalArgumentException("memoryCap=" + memoryCap + " must be >= 0 (0 means none)");
    }
    String reason = whyNot();
    if (reason != null) {
      throw new NoSuchDeviceException("cuda:" + ordinal + ": " + reason);
    }
    int[] count = new int[1];
    JCudaDriver.cuDeviceGetCount(count);
    if (ordinal < 0 || ordinal >= count[0]) {
      throw new NoSuchDeviceException(
          "cuda:"
              + ordinal
              + ": found "
              + count[0]
              + (count[0] == 1 ? " device" : " devices")
              + ", expected an ordinal in [0, "
              + (count[0] - 1)
              + "]");
    }
    CUdevice handle = new CUdevice();
    int code = JCudaDriver.cuDeviceGet(handle, ordinal);
    if (code != 0) {
      throw new NoSuchDeviceException("cuda:" + ordinal + ": " + CudaErrors.text(code));
    }
    try {
      return new CudaDevice(ordinal, handle, memoryCap);
    } catch (AssayException e) {
      throw new NoSuchDeviceException(e.getMessage());
    }
  }

  private static String nameOf(CUdevice handle) {
    byte[] bytes = new byte[256];
    JCudaDriver.cuDeviceGetName(bytes, bytes.length, handle);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  private static int capabilityOf(CUdevice handle) {
    int[] major = new int[1];
    int[] minor = new int[1];
    JCudaDriver.cuDeviceGetAttribute(
        major, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, handle);
    JCudaDriver.cuDeviceGetAttribute(
        minor, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, handle);
    return 10 * major[0] + minor[0];
  }

  /** What {@link dev.assay.memory.Span}s and {@link Exec}s call this device. */
  public Device device() {
    return device;
  }

  /** The driver's name of it, for example {@code NVIDIA H200}. */
  public String name() {
    return name;
  }

  /** Ten times the major number plus the minor: 90 for Hopper. */
  public int computeCapability() {
    return capability;
  }

  /** All of its memory. */
  public long totalBytes() {
    return totalBytes;
  }

  /** Bytes that can still be allocated: what the driver has, or what the cap leaves of it. */
  public long freeBytes() {
    return memory.freeBytes();
  }

  /** Bytes of device memory allocated here and not yet freed. */
  public long allocatedBytes() {
    return memory.allocatedBytes();
  }

  /** A new stream; it does not wait for the default stream. */
  public CudaStream newStream() {
    requireOpen();
    return new CudaStream(this);
  }

  /** A stream that another library made in this device's primary context, and keeps. */
  public CudaStream streamAt(long handle) {
    requireOpen();
    return new CudaStream(this, handle);
  }

  /**
   * Allocates device memory; its first bytes are undefined.
   *
   * @param name what it is for; appears in error messages
   * @throws OutOfDeviceMemoryException if the device, or the cap, has not that much left
   */
  public DeviceBuffer allocate(String name, long bytes) {
    requireOpen();
    return new DeviceBuffer(this, name, memory.allocate(name, bytes), bytes);
  }

  /**
   * Allocates page-locked host memory, which copies use at full speed and beside computation.
   *
   * @param name what it is for; appears in error messages
   */
  public PinnedBuffer pinned(String name, long bytes) {
    requireOpen();
    return new PinnedBuffer(this, name, memory.allocatePinned(name, bytes), bytes);
  }

  /**
   * Does work of another library, which finds this device's context current; the calling thread
   * then has again the one that it had.
   */
  public void run(Runnable work) {
    requireOpen();
    context.enter();
    try {
      work.run();
    } finally {
      context.leave();
    }
  }

  /** As {@link #run}, for work with a result. */
  public <T> T call(Supplier<T> work) {
    requireOpen();
    context.enter();
    try {
      return work.get();
    } finally {
      context.leave();
    }
  }

  void freeDevice(String freed, long address, long bytes) {
    memory.free(freed, address, bytes);
  }

  void freePinned(long address) {
    memory.freePinned(address);
  }

  CudaContext context() {
    return context;
  }

  /** Will close {@code child} should nobody else. */
  synchronized void adopt(AutoCloseable child) {
    children.add(child);
  }

  synchronized void forget(AutoCloseable child) {
    children.remove(child);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException(this + " is closed");
    }
  }

  private synchronized Deque<AutoCloseable> lastMadeFirst() {
    Deque<AutoCloseable> order = new ArrayDeque<>();
    children.forEach(order::push);
    return order;
  }

  /**
   * Waits for all streams, closes what is still open, and lets go of the context; idempotent.
   *
   * @throws IllegalStateException if a call in another thread still uses something of this device,
   *     which then stays open
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    Deque<AutoCloseable> open = lastMadeFirst();
    for (AutoCloseable child : open) {
      if (child instanceof CudaStream stream) {
        stream.settle();
      }
    }
    IllegalStateException failure = closeAll(open);
    if (failure != null) {
      throw failure;
    }
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    context.release();
    LeakCheck.closed(this);
  }

  private IllegalStateException closeAll(Deque<AutoCloseable> open) {
    IllegalStateException failure = null;
    for (AutoCloseable child : open) {
      try {
        child.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = new IllegalStateException(this + " cannot be closed");
        }
        failure.addSuppressed(e);
      }
    }
    return failure;
  }

  @Override
  public String toString() {
    return device + " (" + name + ")";
  }
}
