package dev.assay.bench;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The per-pixel maps in plain Java, as well as we can write them without the Vector API: the peer
 * that a JVM program would otherwise use. It works on tiles that stay in the first-level cache, in
 * short static loops over arrays that are parameters, which is what the compiler turns into vector
 * instructions, and makes exp and ln of polynomials, which is many times as fast as {@code
 * Math.exp} and {@code Math.log}.
 */
final class PlainJavaSignals {
  private static final int TILE = 512;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN_2 = 0.693147181f;
  private static final float SQRT_2 = 1.41421356f;
  private static final float ROUND = 12582912f;
  private static final float SMALLEST = -87f;

  private final int classes;
  private final int pixels;
  final float[] entropy;
  final byte[] argmax;
  final float[] maxProbability;
  final float[] margin;

  PlainJavaSignals(int classes, int pixels) {
    this.classes = classes;
    this.pixels = pixels;
    this.entropy = new float[pixels];
    this.argmax = new byte[pixels];
    this.maxProbability = new float[pixels];
    this.margin = new float[pixels];
  }

  /** Fills the maps from logits [classes, pixels], in {@code parts} parallel parts. */
  void run(float[] logits, int parts) {
    if (parts == 1) {
      part(logits, 0, pixels);
      return;
    }
    IntStream.range(0, parts)
        .parallel()
        .forEach(t -> part(logits, bound(t, parts), bound(t + 1, parts)));
  }

  private int bound(int part, int parts) {
    return (int) ((long) pixels * part / parts);
  }

  private void part(float[] logits, int begin, int end) {
    Tile tile = new Tile();
    for (int at = begin; at < end; at += TILE) {
      tile.run(logits, at, Math.min(TILE, end - at));
    }
  }

  /** Scratch of one thread. */
  private final class Tile {
    private final float[] first = new float[TILE];
    private final float[] second = new float[TILE];
    private final int[] winner = new int[TILE];
    private final float[] distance = new float[TILE];
    private final float[] power = new float[TILE];
    private final float[] fraction = new float[TILE];
    private final float[] sum = new float[TILE];
    private final float[] weighted = new float[TILE];

    void run(float[] logits, int at, int n) {
      System.arraycopy(logits, at, first, 0, n);
      Arrays.fill(second, Float.NEGATIVE_INFINITY);
      for (int c = 1; c < classes; c++) {
        raiseSecond(second, first, logits, c * pixels + at, n);
        raiseFirst(first, logits, c * pixels + at, n);
      }
      Arrays.fill(sum, 0);
      Arrays.fill(weighted, 0);
      for (int c = classes - 1; c >= 0; c--) {
        subtract(distance, logits, c * pixels + at, first, n);
        exponentials(power, fraction, distance, n);
        accumulate(sum, weighted, winner, power, fraction, distance, c, n);
      }
      subtract(distance, second, 0, first, n);
      exponentials(power, fraction, distance, n);
      finish(at, n);
    }

    private void finish(int at, int n) {
      for (int i = 0; i < n; i++) {
        float s = sum[i];
        entropy[at + i] = ln(s) - weighted[i] / s;
        argmax[at + i] = (byte) winner[i];
        maxProbability[at + i] = 1 / s;
        margin[at + i] = (1 - scale(fraction[i], power[i])) / s;
      }
    }
  }

  private static void raiseSecond(float[] second, float[] first, float[] x, int from, int n) {
    for (int i = 0; i < n; i++) {
      second[i] = Math.max(second[i], Math.min(x[from + i], first[i]));
    }
  }

  private static void raiseFirst(float[] first, float[] x, int from, int n) {
    for (int i = 0; i < n; i++) {
      first[i] = Math.max(first[i], x[from + i]);
    }
  }

  private static void subtract(float[] distance, float[] x, int from, float[] first, int n) {
    for (int i = 0; i < n; i++) {
      distance[i] = Math.max(x[from + i] - first[i], SMALLEST);
    }
  }

  /** exp(d) = fraction 2^power, power a whole number. */
  private static void exponentials(float[] power, float[] fraction, float[] distance, int n) {
    for (int i = 0; i < n; i++) {
      float d = distance[i];
      float k = (d * LOG2_E + ROUND) - ROUND;
      float r = d - k * LN_2;
      float p = 1 / 720f;
      p = p * r + 1 / 120f;
      p = p * r + 1 / 24f;
      p = p * r + 1 / 6f;
      p = p * r + 0.5f;
      p = p * r + 1;
      power[i] = k;
      fraction[i] = p * r + 1;
    }
  }

  /** Classes come last to first, so that the lowest of equals wins. */
  private static void accumulate(
      float[] sum,
      float[] weighted,
      int[] winner,
      float[] power,
      float[] fraction,
      float[] distance,
      int c,
      int n) {
    for (int i = 0; i < n; i++) {
      float d = distance[i];
      float e = scale(fraction[i], power[i]);
      sum[i] += e;
      weighted[i] += e * d;
      winner[i] = d == 0 ? c : winner[i];
    }
  }

  private static float scale(float fraction, float power) {
    return fraction * Float.intBitsToFloat(((int) power + 127) << 23);
  }

  /** ln x for x >= 1: exponent and mantissa in [1/sqrt 2, sqrt 2], then 2 artanh((m-1)/(m+1)). */
  private static float ln(float x) {
    int bits = Float.floatToRawIntBits(x);
    int exponent = (bits >> 23) - 127;
    float m = Float.intBitsToFloat((bits & 0x7fffff) | 0x3f800000);
    if (m > SQRT_2) {
      m *= 0.5f;
      exponent++;
    }
    float z = (m - 1) / (m + 1);
    float z2 = z * z;
    float series = 1 + z2 * (1 / 3f + z2 * (1 / 5f + z2 * (1 / 7f + z2 * (1 / 9f))));
    return exponent * LN_2 + 2 * z * series;
  }
}
