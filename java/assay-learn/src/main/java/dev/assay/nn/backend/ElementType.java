package dev.assay.nn.backend;

/** Element types of tensors inside a network. */
public enum ElementType {
  /** IEEE single precision. */
  F32(4),
  /** The upper half of a single: 8 bits of exponent, 7 of mantissa. */
  BF16(2),
  /** Opaque bytes, for example a back end's workspace. */
  U8(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }
}
