package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What the operations have in common: a name, the tensors they use, descriptors to destroy. */
abstract class CudnnOperation implements Operation {
  private static final long ALIGNMENT = 256;

  private final CudnnContext cudnn;
  private final String name;
  private final List<Tensor> reads = new ArrayList<>();
  private final List<Tensor> writes = new ArrayList<>();
  private final Descriptors descriptors = new Descriptors();

  CudnnOperation(CudnnContext cudnn, String name) {
    this.cudnn = cudnn;
    this.name = name;
  }

  final CudnnContext cudnn() {
    return cudnn;
  }

  final Descriptors descriptors() {
    return descriptors;
  }

  /** Declares inputs; null is none. */
  final void reads(Tensor... tensors) {
    add(reads, tensors);
  }

  /** Declares outputs; null is none. */
  final void writes(Tensor... tensors) {
    add(writes, tensors);
  }

  private static void add(List<Tensor> to, Tensor... tensors) {
    for (Tensor t : tensors) {
      if (t != null) {
        to.add(t);
      }
    }
  }

  final void check(int status) {
    Status.check(name, status);
  }

  /** Rounds up to where the next part of the scratch memory may begin. */
  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<Tensor> reads() {
    return reads;
  }

  @Override
  public final List<Tensor> writes() {
    return writes;
  }

  @Override
  public void close() {
    descriptors.close();
  }
}
