package dev.assay.nn.backend.cudnn;

import dev.assay.device.Exec;
import dev.assay.kernel.ChannelCopy;
import dev.assay.kernel.DropoutMask;
import dev.assay.kernel.ElementFunction;
import dev.assay.kernel.Elementwise;
import dev.assay.kernel.FoldNormalisation;
import dev.assay.kernel.FoldNormalisation.Statistics;
import dev.assay.kernel.Resize;
import dev.assay.kernel.ResizeRule;
import dev.assay.memory.DType;
import dev.assay.nn.backend.ElementType;

/** Our own kernels on the stream of one back end. Owner of their argument blocks. */
final class NetworkKernels implements AutoCloseable {
  private final Exec exec;
  private final Elementwise elementwise = new Elementwise();
  private final ChannelCopy channelCopy = new ChannelCopy();
  private final Resize resize = new Resize();
  private final DropoutMask dropoutMask = new DropoutMask();
  private final FoldNormalisation foldNormalisation = new FoldNormalisation();

  NetworkKernels(Exec exec) {
    this.exec = exec;
  }

  static DType dtype(ElementType type) {
    return switch (type) {
      case F32 -> DType.F32;
      case BF16 -> DType.BF16;
      case U8 -> throw new IllegalArgumentException("networks compute in F32 or BF16, not U8");
    };
  }

  /** out = function(a, b); the factor is that of MULTIPLY. */
  void elements(
      ElementFunction function,
      ElementType type,
      long count,
      long a,
      long b,
      long out,
      double factor) {
    DType dtype = dtype(type);
    elementwise.run(exec, function, dtype, dtype, count, a, b, out, factor);
  }

  void cast(ElementType from, long a, ElementType to, long out, long count) {
    elementwise.run(exec, ElementFunction.CAST, dtype(from), dtype(to), count, a, 0, out, 1);
  }

  /** Copies channels [fromChannel, fromChannel + channels) to [toChannel, ...). */
  void channels(
      ElementType type,
      long pixels,
      int channels,
      long from,
      int fromChannels,
      int fromChannel,
      long to,
      int toChannels,
      int toChannel) {
    channelCopy.run(
        exec,
        dtype(type),
        pixels,
        channels,
        from,
        fromChannels,
        fromChannel,
        to,
        toChannels,
        toChannel);
  }

  void resize(ResizeRule rule, ElementType type, Resize.Extents extents, long x, long y) {
    resize.forward(exec, rule, dtype(type), extents, x, y);
  }

  void resizeBackward(ResizeRule rule, ElementType type, Resize.Extents extents, long dy, long dx) {
    resize.backward(exec, rule, dtype(type), extents, dy, dx);
  }

  /** Zeros with probability threshold / 65536, else ones. */
  void mask(ElementType type, long count, int threshold, long key, long out) {
    dropoutMask.run(exec, dtype(type), count, threshold, key, out);
  }

  void fold(
      long outputs,
      long perOutput,
      long weights,
      long bias,
      Statistics statistics,
      long foldedWeights,
      long foldedBias) {
    foldNormalisation.run(
        exec, outputs, perOutput, weights, bias, statistics, foldedWeights, foldedBias);
  }

  @Override
  public void close() {
    elementwise.close();
    channelCopy.close();
    resize.close();
    dropoutMask.close();
    foldNormalisation.close();
  }
}
