package dev.assay.data.scene;

/** Seeded noise from integer hashes; all values in [0, 1). */
final class Noise {
  private static final int SIZE = 256;
  private static final int MASK = SIZE - 1;
  private static final float[] CLOUD = new float[SIZE * SIZE];

  static {
    float[] weights = {0.5f, 0.27f, 0.15f, 0.08f};
    for (int octave = 0; octave < weights.length; octave++) {
      int cells = 16 << octave;
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          CLOUD[y * SIZE + x] += weights[octave] * lattice(x, y, cells, octave);
        }
      }
    }
  }

  private Noise() {}

  private static float lattice(int x, int y, int cells, int seed) {
    int step = SIZE / cells;
    int cx = x / step;
    int cy = y / step;
    float fx = smooth((x % step) / (float) step);
    float fy = smooth((y % step) / (float) step);
    int nx = (cx + 1) % cells;
    int ny = (cy + 1) % cells;
    float top = white(cx, cy, seed) * (1 - fx) + white(nx, cy, seed) * fx;
    float bottom = white(cx, ny, seed) * (1 - fx) + white(nx, ny, seed) * fx;
    return top * (1 - fy) + bottom * fy;
  }

  private static float smooth(float t) {
    return t * t * (3 - 2 * t);
  }

  static int hash(int x, int y, int seed) {
    int h = x * 0x9e3779b1 ^ y * 0x85ebca6b ^ seed * 0xc2b2ae35;
    h = (h ^ (h >>> 15)) * 0x2c1b3c6d;
    h = (h ^ (h >>> 12)) * 0x297a2d39;
    return h ^ (h >>> 15);
  }

  /** Independent per lattice point. */
  static float white(int x, int y, int seed) {
    return (hash(x, y, seed) >>> 8) * 0x1.0p-24f;
  }

  /** Smooth, four octaves, the coarsest of one unit; repeats every 16 units; mean 0.5. */
  static float cloud(double x, double y) {
    double sx = x * (SIZE / 16.0);
    double sy = y * (SIZE / 16.0);
    double bx = Math.floor(sx);
    double by = Math.floor(sy);
    int x0 = (int) (long) bx & MASK;
    int y0 = ((int) (long) by & MASK) * SIZE;
    int x1 = (x0 + 1) & MASK;
    int y1 = (y0 + SIZE) & (SIZE * SIZE - 1);
    float fx = (float) (sx - bx);
    float fy = (float) (sy - by);
    float top = CLOUD[y0 + x0] + (CLOUD[y0 + x1] - CLOUD[y0 + x0]) * fx;
    float bottom = CLOUD[y1 + x0] + (CLOUD[y1 + x1] - CLOUD[y1 + x0]) * fx;
    return top + (bottom - top) * fy;
  }

  /** Fine grain of {@code size} metres, faded to 0.5 where a pixel covers more than that. */
  static float grain(double a, double b, double size, double pixel, int seed) {
    double fade = size / (size + pixel * 1.5);
    float value = white((int) Math.floor(a / size), (int) Math.floor(b / size), seed);
    return (float) (0.5 + (value - 0.5) * fade);
  }
}
