package dev.assay.memory;

/**
 * Element types of class-score tensors; {@link #code} is the C ABI's (ASSAY_F32, ASSAY_F16,
 * ASSAY_BF16).
 */
public enum DType {
  F32(0, 4),
  F16(1, 2),
  BF16(2, 2);

  private final int code;

  private final int bytes;

  DType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The C ABI's code. */
  public int code() {
    return code;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
