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
import dev.assay.nn.backend.KernelTypes;

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

  /** out = function(a, b); the factor is that of MULTIPLY. */
  void elements(
      ElementFunction function,
      ElementType type,
      long count,
      long a,
      long b,
      long out,
      double factor) {
    DType dtype = KernelTypes.of(type);
    elementwise.run(exec, function, dtype, dtype, count, a, b, out, factor);
  }

  void cast(ElementType from, long a, ElementType to, long out, long count) {
    elementwise.run(
        exec, ElementFunction.CAST, KernelTypes.of(from), KernelTypes.of(to), count, a, 0, out, 1);
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
        KernelTypes.of(type),
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
    resize.forward(exec, rule, KernelTypes.of(type), extents, x, y);
  }

  void resizeBackward(ResizeRule rule, ElementType type, Resize.Extents extents, long dy, long dx) {
    resize.backward(exec, rule, KernelTypes.of(type), extents, dy, dx);
  }

  /** Zeros with probability threshold / 65536, else ones. */
  void mask(ElementType type, long count, int threshold, long key, long out) {
    dropoutMask.run(exec, KernelTypes.of(type), count, threshold, key, out);
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
