package dev.assay.memory;

/**
 * Element types of class-score tensors; the ordinal is the C ABI's code (ASSAY_F32, ASSAY_F16,
 * ASSAY_BF16).
 */
public enum DType {
  F32(4),
  F16(2),
  BF16(2);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
