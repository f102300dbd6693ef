package dev.assay.bench;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The per-pixel maps in plain Java, as well as we can write them without the Vector API: the peer
 * that a JVM program would otherwise use. It works on tiles that stay in the first-level cache, in
 * loops that the compiler turns into vector instructions, and splits exp into a polynomial (vector)
 * and a power of two made from bits (scalar), which is several times as fast as {@code Math.exp}.
 */
final class PlainJavaSignals {
  private static final int TILE = 512;
  private static final float LOG2_E = 1.44269504f;
  private static final float LN_2 = 0.693147181f;
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

  /** Fills the maps from logits [classes, pixels], on {@code threads} threads' worth of parts. */
  void run(float[] logits, int threads) {
    if (threads == 1) {
      part(logits, 0, pixels);
      return;
    }
    IntStream.range(0, threads)
        .parallel()
        .forEach(
            t ->
                part(
                    logits,
                    (int) ((long) pixels * t / threads),
                    (int) ((long) pixels * (t + 1) / threads)));
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
    private final float[] power = new float[TILE];
    private final float[] fraction = new float[TILE];
    private final float[] distance = new float[TILE];
    private final float[] sum = new float[TILE];
    private final float[] weighted = new float[TILE];

    void run(float[] logits, int at, int n) {
      largestTwo(logits, at, n);
      Arrays.fill(sum, 0, n, 0);
      Arrays.fill(weighted, 0, n, 0);
      for (int c = 0; c < classes; c++) {
        exponentials(logits, c * pixels + at, n);
        accumulate(n);
      }
      finish(at, n);
    }

    private void largestTwo(float[] logits, int at, int n) {
      System.arraycopy(logits, at, first, 0, n);
      Arrays.fill(second, 0, n, Float.NEGATIVE_INFINITY);
      Arrays.fill(winner, 0, n, 0);
      for (int c = 1; c < classes; c++) {
        int from = c * pixels + at;
        for (int i = 0; i < n; i++) {
          float x = logits[from + i];
          if (x > first[i]) {
            winner[i] = c;
          }
          second[i] = Math.max(second[i], Math.min(x, first[i]));
          first[i] = Math.max(first[i], x);
        }
      }
    }

    /** d = x - max, split into 2^power and a polynomial in the rest; every line a vector one. */
    private void exponentials(float[] logits, int from, int n) {
      for (int i = 0; i < n; i++) {
        float d = Math.max(logits[from + i] - first[i], SMALLEST);
        float k = (d * LOG2_E + ROUND) - ROUND;
        float r = d - k * LN_2;
        distance[i] = d;
        power[i] = k;
        fraction[i] = polynomial(r);
      }
    }

    private void accumulate(int n) {
      for (int i = 0; i < n; i++) {
        float e = fraction[i] * Float.intBitsToFloat(((int) power[i] + 127) << 23);
        sum[i] += e;
        weighted[i] += e * distance[i];
      }
    }

    private void finish(int at, int n) {
      for (int i = 0; i < n; i++) {
        float s = sum[i];
        float gap = Math.max(second[i] - first[i], SMALLEST);
        entropy[at + i] = (float) Math.log(s) - weighted[i] / s;
        argmax[at + i] = (byte) winner[i];
        maxProbability[at + i] = 1 / s;
        margin[at + i] = (1 - (float) Math.exp(gap)) / s;
      }
    }
  }

  /** exp(r) for |r| <= ln 2 / 2. */
  private static float polynomial(float r) {
    float p = 1 / 720f;
    p = p * r + 1 / 120f;
    p = p * r + 1 / 24f;
    p = p * r + 1 / 6f;
    p = p * r + 0.5f;
    p = p * r + 1;
    return p * r + 1;
  }
}
