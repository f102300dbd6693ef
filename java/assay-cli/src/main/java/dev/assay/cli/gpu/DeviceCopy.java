package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import java.util.Arrays;

/** The memory wall: how fast the device copies within its own memory. */
final class DeviceCopy {
  private static final int RUNS = 15;

  private final long mostBytes;

  DeviceCopy(CheckSize size) {
    this.mostBytes = size.pick(1L << 30, 1L << 16);
  }

  /** Bytes read plus bytes written over the median of several copies, in GB/s. */
  double gigabytesPerSecond(CudaDevice device) {
    long bytes = Math.min(mostBytes, device.freeBytes() / 4);
    try (DeviceBuffer from = device.allocate("copy from", bytes);
        DeviceBuffer to = device.allocate("copy to", bytes);
        CudaStream stream = device.newStream()) {
      stream.zero(from.address(), bytes);
      long[] nanos = new long[RUNS];
      for (int i = -2; i < RUNS; i++) {
        stream.synchronize();
        long start = System.nanoTime();
        stream.copyWithin(from.address(), to.address(), bytes);
        stream.synchronize();
        if (i >= 0) {
          nanos[i] = System.nanoTime() - start;
        }
      }
      Arrays.sort(nanos);
      return 2.0 * bytes / nanos[RUNS / 2];
    }
  }
}
