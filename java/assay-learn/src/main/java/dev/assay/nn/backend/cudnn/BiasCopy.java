package dev.assay.nn.backend.cudnn;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;

/** A bias in the activations' element type, made when the fp32 master has changed. */
final class BiasCopy implements AutoCloseable {
  private final CudnnContext cudnn;
  private final Tensor master;
  private final ElementType type;
  private final Owner copy;
  private RawPointer used;
  private boolean stale = true;

  /**
   * @param master null for zeros
   */
  BiasCopy(CudnnContext cudnn, Tensor master, int count, ElementType type) {
    this.cudnn = cudnn;
    this.master = master;
    this.type = type;
    boolean same = master != null && master.type() == type;
    this.copy = same ? null : cudnn.memory().allocate("bias", (long) count * type.bytes());
  }

  void bind() {
    used = copy == null ? RawPointer.to(master) : new RawPointer(copy.address());
  }

  void masterChanged() {
    stale = true;
  }

  void refresh() {
    if (stale && copy != null && master != null) {
      long count = master.shape().elements();
      cudnn.kernels().cast(master.type(), master.address(), type, used.address(), count);
    }
    stale = false;
  }

  RawPointer pointer() {
    return used;
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
  }
}
