package dev.assay.device;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import jcuda.driver.JCudaDriver;

/** The account of one device's memory: what is allocated, under which cap. Thread-safe. */
final class DeviceMemory {
  private static final int NAMED = 4;
  private static final int PORTABLE = 1;

  private final String device;
  private final CudaContext context;
  private final long cap;
  private final Map<String, Long> bytesByName = new HashMap<>();
  private long allocated;

  /** A cap of 0 is none. */
  DeviceMemory(String device, CudaContext context, long cap) {
    this.device = device;
    this.context = context;
    this.cap = cap == 0 ? Long.MAX_VALUE : cap;
  }

  synchronized long allocatedBytes() {
    return allocated;
  }

  long freeBytes() {
    return Math.min(driverFreeBytes(), cap - allocatedBytes());
  }

  private long driverFreeBytes() {
    long[] free = new long[1];
    long[] total = new long[1];
    context.run("cuMemGetInfo", () -> JCudaDriver.cuMemGetInfo(free, total));
    return free[0];
  }

  long allocate(String name, long bytes) {
    requireSize(name, bytes);
    reserve(name, bytes);
    Address.DevicePointer pointer = new Address.DevicePointer();
    try {
      // The driver refuses to allocate nothing.
      context.run("cuMemAlloc", () -> JCudaDriver.cuMemAlloc(pointer, Math.max(bytes, 1)));
    } catch (OutOfDeviceMemoryException e) {
      forget(name, bytes);
      throw outOfMemory(name, bytes);
    } catch (RuntimeException e) {
      forget(name, bytes);
      throw e;
    }
    return pointer.address();
  }

  void free(String name, long address, long bytes) {
    forget(name, bytes);
    context.free(() -> JCudaDriver.cuMemFree(Address.device(address)));
  }

  /** Pinned memory is the host's: it is not in the account. */
  long allocatePinned(String name, long bytes) {
    requireSize(name, bytes);
    Address.HostPointer pointer = new Address.HostPointer();
    context.run(
        name + ": cuMemHostAlloc of " + bytes + " bytes",
        () -> JCudaDriver.cuMemHostAlloc(pointer, Math.max(bytes, 1), PORTABLE));
    return pointer.address();
  }

  void freePinned(long address) {
    context.free(() -> JCudaDriver.cuMemFreeHost(Address.host(address)));
  }

  private static void requireSize(String name, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException(name + ": bytes=" + bytes + " must be >= 0");
    }
  }

  private synchronized void reserve(String name, long bytes) {
    if (bytes > cap - allocated) {
      throw outOfMemory(name, bytes);
    }
    allocated += bytes;
    bytesByName.merge(name, bytes, Long::sum);
  }

  private synchronized void forget(String name, long bytes) {
    allocated -= bytes;
    bytesByName.computeIfPresent(name, (n, before) -> before == bytes ? null : before - bytes);
  }

  private OutOfDeviceMemoryException outOfMemory(String name, long bytes) {
    return new OutOfDeviceMemoryException(
        device
            + ": "
            + name
            + " needs "
            + bytes
            + " bytes; allocated "
            + allocatedBytes()
            + largest()
            + ", free "
            + driverFreeBytes()
            + ", cap "
            + (cap == Long.MAX_VALUE ? "none" : cap));
  }

  private synchronized String largest() {
    if (bytesByName.isEmpty()) {
      return "";
    }
    return bytesByName.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(NAMED)
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", ", " (most by ", ")"));
  }
}
