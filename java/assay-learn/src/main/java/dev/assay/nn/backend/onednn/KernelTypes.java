package dev.assay.nn.backend.onednn;

import dev.assay.memory.DType;
import dev.assay.nn.backend.Tensor;

/** Element types as our own kernels name them. */
final class KernelTypes {
  private KernelTypes() {}

  static DType of(Tensor tensor) {
    return switch (tensor.type()) {
      case F32 -> DType.F32;
      case BF16 -> DType.BF16;
      case U8 -> throw new IllegalArgumentException(tensor + " must be F32 or BF16");
    };
  }
}
