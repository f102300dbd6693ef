package dev.assay.nn.backend;

import dev.assay.kernel.ResizeRule;
import dev.assay.memory.DType;

/** What networks say, in the words of our own kernels. */
public final class KernelTypes {
  private KernelTypes() {}

  /**
   * The element type of a tensor that is computed with.
   *
   * @throws IllegalArgumentException for U8, opaque bytes
   */
  public static DType of(ElementType type) {
    return switch (type) {
      case F32 -> DType.F32;
      case BF16 -> DType.BF16;
      case U8 -> throw new IllegalArgumentException("networks compute in F32 or BF16, not U8");
    };
  }

  /** The rule of a resize. */
  public static ResizeRule of(Interpolation rule) {
    return switch (rule) {
      case BILINEAR_HALF_PIXEL -> ResizeRule.BILINEAR_HALF_PIXEL;
      case BILINEAR_ALIGNED_CORNERS -> ResizeRule.BILINEAR_ALIGNED_CORNERS;
      case NEAREST_HALF_PIXEL -> ResizeRule.NEAREST_HALF_PIXEL;
    };
  }
}
