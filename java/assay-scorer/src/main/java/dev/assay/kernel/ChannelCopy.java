package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.DType;

/**
 * Copies a range of channels of one dense NHWC tensor into a range of channels of another.
 *
 * <p>Takes raw addresses, whose memory the caller keeps alive. One call at a time; close it when
 * done.
 */
public final class ChannelCopy implements AutoCloseable {
  private static final int DTYPE = 1;
  private static final int PIXELS = 2;
  private static final int CHANNELS = 3;
  private static final int FROM = 4;
  private static final int FROM_CHANNELS = 5;
  private static final int FROM_CHANNEL = 6;
  private static final int TO = 7;
  private static final int TO_CHANNELS = 8;
  private static final int TO_CHANNEL = 9;
  private static final int WORDS = 10;

  private final ArgumentBlock block = new ArgumentBlock("channel_copy", WORDS, 0);

  /**
   * Copies {@code channels} channels of every pixel.
   *
   * @param pixels n h w
   * @param from address of the source's first element
   * @param fromChannels channels of the source
   * @param fromChannel first channel to copy
   * @param to address of the target's first element
   * @param toChannels channels of the target
   * @param toChannel where the first one goes
   */
  public void run(
      Exec exec,
      DType dtype,
      long pixels,
      int channels,
      long from,
      int fromChannels,
      int fromChannel,
      long to,
      int toChannels,
      int toChannel) {
    Check.count("pixels", pixels);
    Check.count("channels", channels);
    Check.address("from", from, pixels * channels);
    Check.address("to", to, pixels * channels);
    block.enter(exec);
    try {
      block.put(DTYPE, dtype.code());
      block.put(PIXELS, pixels);
      block.put(CHANNELS, channels);
      block.put(FROM, from);
      block.put(FROM_CHANNELS, fromChannels);
      block.put(FROM_CHANNEL, fromChannel);
      block.put(TO, to);
      block.put(TO_CHANNELS, toChannels);
      block.put(TO_CHANNEL, toChannel);
      Status.check(AssayLibrary.assay_channel_copy(block.exec(), block.args()));
    } finally {
      block.leave();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
