package dev.assay.device;

import dev.assay.memory.Device;

/**
 * How one call runs; immutable and shared freely.
 *
 * @param device where the work runs
 * @param stream what orders the work on a GPU; null on the CPU
 * @param threads CPU threads, the caller included; 0 means all of the machine's; unused on a GPU
 */
public record Exec(Device device, CudaStream stream, int threads) {
  /** Rejects a negative thread count, and a stream that is missing or on another device. */
  public Exec {
    if (threads < 0) {
      throw new IllegalArgumentException("threads=" + threads + " must be >= 0 (0 means all)");
    }
    if (stream == null ? !device.isCpu() : !stream.device().device().equals(device)) {
      throw new IllegalArgumentException("stream=" + stream + " must be one of device=" + device);
    }
  }

  /** The CPU with {@code threads} threads; 0 means all. */
  public static Exec cpu(int threads) {
    return new Exec(Device.CPU, null, threads);
  }

  /** The GPU of {@code stream}, in the order of its work. */
  public static Exec cuda(CudaStream stream) {
    return new Exec(stream.device().device(), stream, 0);
  }
}
