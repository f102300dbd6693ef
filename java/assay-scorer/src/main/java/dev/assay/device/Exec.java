package dev.assay.device;

/**
 * How one call runs; immutable and shared freely.
 *
 * @param device where the data lie and the work runs
 * @param stream a {@code cudaStream_t} as an integer, 0 for the default stream; unused on the CPU
 * @param threads CPU threads, the caller included; 0 means all of the machine's; unused on a GPU
 */
public record Exec(Device device, long stream, int threads) {
  /** Rejects a negative thread count. */
  public Exec {
    if (threads < 0) {
      throw new IllegalArgumentException("threads=" + threads + " must be >= 0 (0 means all)");
    }
  }

  /** The CPU with {@code threads} threads; 0 means all. */
  public static Exec cpu(int threads) {
    return new Exec(Device.CPU, 0, threads);
  }
}
