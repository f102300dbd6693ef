package dev.assay.data.scene;

import java.util.Random;

/** Turns linear light into what a camera writes: exposure, softness, gamma, sensor noise. */
final class Photo {
  private static final int LEVELS = 4096;
  private static final float[] GAMMA = new float[LEVELS + 1];
  private static final float[] CONTRAST = new float[LEVELS + 1];

  static {
    for (int i = 0; i <= LEVELS; i++) {
      double v = StrictMath.pow(i / (double) LEVELS, 1 / 2.2);
      GAMMA[i] = (float) (255 * v);
      CONTRAST[i] = (float) (255 * v * v * (3 - 2 * v));
    }
  }

  private Photo() {}

  /** RGB u8 [height, width, 3]; the canvas's colours are used up. */
  static byte[] develop(Canvas canvas, Random random) {
    double key = 0.20 + 0.10 * random.nextDouble();
    double softness = 0.5 + 0.5 * random.nextDouble();
    double noise = 1.0 + 3.0 * random.nextDouble();
    double vignette = 0.3 * random.nextDouble();
    float contrast = 0.2f + 0.7f * random.nextFloat();
    int seed = random.nextInt();
    float[] light = canvas.colour;
    soften(light, canvas.width, canvas.height, (float) (0.25 * softness));
    double gain = key / Math.max(0.02, mean(light));
    byte[] rgb = new byte[light.length];
    for (int y = 0; y < canvas.height; y++) {
      double dy = 2.0 * y / canvas.height - 1;
      for (int x = 0; x < canvas.width; x++) {
        double dx = 2.0 * x / canvas.width - 1;
        float exposure = (float) (gain * (1 - vignette * (dx * dx + dy * dy) * 0.5) * LEVELS);
        int p = 3 * (y * canvas.width + x);
        int h = Noise.hash(x, y, seed);
        for (int c = 0; c < 3; c++) {
          int at = (int) Math.max(0, Math.min(LEVELS, light[p + c] * exposure));
          float level = GAMMA[at] + contrast * (CONTRAST[at] - GAMMA[at]);
          // two bytes of the hash make a triangular distribution
          int two = (h >>> (5 * c) & 0xff) + (h >>> (5 * c + 9) & 0xff) - 255;
          float value = level + (float) (noise * two / 104);
          rgb[p + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
      }
    }
    return rgb;
  }

  private static double mean(float[] light) {
    double sum = 0;
    int count = 0;
    for (int i = 1; i < light.length; i += 3 * 7, count++) {
      sum += Math.min(1.2f, light[i]);
    }
    return sum / count;
  }

  /** [side, 1 - 2 side, side] along rows, then along columns. */
  private static void soften(float[] light, int width, int height, float side) {
    float middle = 1 - 2 * side;
    int row = 3 * width;
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < 3; c++) {
        int at = y * row + c;
        float before = light[at];
        for (int x = 1; x < width - 1; x++) {
          int p = at + 3 * x;
          float here = light[p];
          light[p] = middle * here + side * (before + light[p + 3]);
          before = here;
        }
      }
    }
    float[] before = new float[row];
    System.arraycopy(light, 0, before, 0, row);
    for (int y = 1; y < height - 1; y++) {
      for (int i = 0; i < row; i++) {
        int p = y * row + i;
        float here = light[p];
        light[p] = middle * here + side * (before[i] + light[p + row]);
        before[i] = here;
      }
    }
  }
}
