package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Tensor;
import org.bytedeco.javacpp.Pointer;

/** An address as the library's pointer type; a view that frees nothing. */
final class RawPointer extends Pointer {
  RawPointer(long address) {
    this.address = address;
  }

  static RawPointer to(Tensor tensor) {
    return new RawPointer(tensor.address());
  }
}
