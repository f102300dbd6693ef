package dev.assay.nn;

import dev.assay.nn.backend.ElementType;

/** Element type of activations and of the weights' working copies; master weights are fp32. */
public enum Precision {
  F32(ElementType.F32),
  /** As F32, but a GPU may round the factors of products to 10 bits of mantissa. */
  TF32(ElementType.F32),
  BF16(ElementType.BF16);

  private final ElementType type;

  Precision(ElementType type) {
    this.type = type;
  }

  /** The back end's name for it. */
  public ElementType type() {
    return type;
  }
}
