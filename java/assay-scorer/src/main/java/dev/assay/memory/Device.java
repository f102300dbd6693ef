package dev.assay.memory;

/**
 * The CPU or one CUDA device.
 *
 * @param ordinal -1 for the CPU, otherwise the CUDA ordinal (the C ABI's code)
 */
public record Device(int ordinal) {
  /** The host's processor. */
  public static final Device CPU = new Device(-1);

  /** Rejects ordinals below -1. */
  public Device {
    if (ordinal < -1) {
      throw new IllegalArgumentException(
          "ordinal=" + ordinal + " must be -1 (CPU) or a CUDA device number >= 0");
    }
  }

  /** The CUDA device {@code ordinal}. */
  public static Device cuda(int ordinal) {
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal=" + ordinal + " must be >= 0");
    }
    return new Device(ordinal);
  }

  /** Whether this is the CPU. */
  public boolean isCpu() {
    return ordinal == -1;
  }

  @Override
  public String toString() {
    return isCpu() ? "cpu" : "cuda:" + ordinal;
  }
}
