package dev.assay.data;

import org.agrona.UnsafeApi;

/**
 * RGB u8 to fp32: {@code (value / 255 - mean) / std} per channel with ImageNet's constants, which
 * pretrained backbones expect.
 */
final class Normalisation {
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] STD = {0.229, 0.224, 0.225};
  private static final float[][] TABLE = new float[3][256];

  static {
    for (int c = 0; c < 3; c++) {
      for (int v = 0; v < 256; v++) {
        TABLE[c][v] = apply(c, v);
      }
    }
  }

  private Normalisation() {}

  /** One channel value in [0, 255], which may lie between two integers. */
  static float apply(int channel, double value) {
    return (float) ((value / 255 - MEAN[channel]) / STD[channel]);
  }

  /** Normalises {@code count} pixels, left to right or mirrored. */
  static void row(long rgb, int count, boolean mirrored, long out) {
    float[] red = TABLE[0];
    float[] green = TABLE[1];
    float[] blue = TABLE[2];
    long from = mirrored ? rgb + 3L * (count - 1) : rgb;
    int step = mirrored ? -3 : 3;
    for (int i = 0; i < count; i++, from += step, out += 3 * Float.BYTES) {
      UnsafeApi.putFloat(out, red[UnsafeApi.getByte(from) & 0xff]);
      UnsafeApi.putFloat(out + 4, green[UnsafeApi.getByte(from + 1) & 0xff]);
      UnsafeApi.putFloat(out + 8, blue[UnsafeApi.getByte(from + 2) & 0xff]);
    }
  }
}
