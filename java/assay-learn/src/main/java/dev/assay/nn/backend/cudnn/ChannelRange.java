package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;

/** Copies a range of channels of x into a range of y's. */
final class ChannelRange extends CudnnOperation {
  private final Tensor x;
  private final int fromChannel;
  private final Tensor y;
  private final int toChannel;
  private final int channels;

  private ChannelRange(
      CudnnContext cudnn,
      String name,
      Tensor x,
      int fromChannel,
      Tensor y,
      int toChannel,
      int channels) {
    super(cudnn, name);
    this.x = x;
    this.fromChannel = fromChannel;
    this.y = y;
    this.toChannel = toChannel;
    this.channels = channels;
    reads(x);
    writes(y);
  }

  static ChannelRange into(CudnnContext cudnn, Tensor x, Tensor y, int channel) {
    int channels = x.shape().c();
    return new ChannelRange(cudnn, "concatenate " + y.name(), x, 0, y, channel, channels);
  }

  static ChannelRange from(CudnnContext cudnn, Tensor x, int channel, Tensor y) {
    int channels = y.shape().c();
    return new ChannelRange(cudnn, "slice " + y.name(), x, channel, y, 0, channels);
  }

  @Override
  public void run() {
    Shape from = x.shape();
    Shape to = y.shape();
    long pixels = (long) from.n() * from.h() * from.w();
    cudnn()
        .kernels()
        .channels(
            x.type(),
            pixels,
            channels,
            x.address(),
            from.c(),
            fromChannel,
            y.address(),
            to.c(),
            toChannel);
  }
}
