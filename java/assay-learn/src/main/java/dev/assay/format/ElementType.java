package dev.assay.format;

/** Element types of arrays on disk; names as NumPy abbreviates them. */
public enum ElementType {
  F2("f2", 2),
  F4("f4", 4),
  F8("f8", 8),
  /** bfloat16, which NumPy stores as two opaque bytes, {@code V2}. */
  BF16("V2", 2),
  B1("b1", 1),
  I1("i1", 1),
  U1("u1", 1),
  I2("i2", 2),
  U2("u2", 2),
  I4("i4", 4),
  U4("u4", 4),
  I8("i8", 8),
  /** Values from 2^63 on cannot be read as a {@code long} and are refused when they are. */
  U8("u8", 8),
  /** UTF-32 text, padded with zeros to the array's longest string. */
  TEXT("U", 4);

  private final String descr;
  private final int bytes;

  ElementType(String descr, int bytes) {
    this.descr = descr;
    this.bytes = bytes;
  }

  /** NumPy's abbreviation without byte order, {@code U} without length. */
  public String descr() {
    return descr;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloating() {
    return this == F2 || this == F4 || this == F8 || this == BF16;
  }

  /** Bytes per element; per character for {@link #TEXT}. */
  public int bytes() {
    return bytes;
  }
}
