package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnTransformTensor;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/**
 * Weights as a convolution over NHWC wants them: [out, k, k, in / groups], in the activations'
 * type. Made from the fp32 master copy when that has changed; the master itself where it is the
 * same.
 */
@SuppressWarnings("deprecation")
final class WeightCopy implements AutoCloseable {
  private final CudnnContext cudnn;
  private final Tensor master;
  private final boolean reordered;
  private final ElementType type;
  private final boolean cast;
  private final cudnnTensorStruct plain;
  private final cudnnTensorStruct byPixel;
  private final Owner copy;
  private RawPointer from;
  private RawPointer order;
  private RawPointer used;
  private boolean stale = true;

  WeightCopy(
      CudnnContext cudnn,
      Descriptors descriptors,
      ConvolutionSpec spec,
      Tensor master,
      int inPerGroup,
      ElementType type) {
    this.cudnn = cudnn;
    this.master = master;
    this.type = type;
    this.reordered = spec.kernel() > 1 && inPerGroup > 1;
    this.cast = type != master.type();
    this.plain = descriptors.plainWeights(spec.outChannels(), inPerGroup, spec.kernel());
    this.byPixel = descriptors.weightsByPixel(spec.outChannels(), inPerGroup, spec.kernel());
    this.copy =
        reordered || cast
            ? cudnn
                .memory()
                .allocate("copy of " + master.name(), master.shape().elements() * type.bytes())
            : null;
  }

  /** Scratch memory for {@link #refresh}. */
  long scratchBytes() {
    return reordered && cast ? master.bytes() : 0;
  }

  void bind(long scratch) {
    from = RawPointer.to(master);
    order = cast ? new RawPointer(scratch) : copy == null ? null : new RawPointer(copy.address());
    used = copy == null ? from : new RawPointer(copy.address());
  }

  void masterChanged() {
    stale = true;
  }

  /** Enqueues the copying if the master has changed. */
  void refresh() {
    if (!stale) {
      return;
    }
    stale = false;
    RawPointer source = from;
    if (reordered) {
      Status.check(
          "order of " + master.name(),
          cudnnTransformTensor(
              cudnn.handle(), cudnn.one(), plain, from, cudnn.zero(), byPixel, order));
      source = order;
    }
    if (cast) {
      long count = master.shape().elements();
      cudnn.kernels().cast(ElementType.F32, source.address(), type, used.address(), count);
    }
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
