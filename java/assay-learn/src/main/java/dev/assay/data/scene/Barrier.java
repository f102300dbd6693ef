package dev.assay.data.scene;

import java.util.Random;

/** What closes a plot off from the pavement: railings, boards, a wall, or a hedge. */
final class Barrier implements Surface {
  private enum Type {
    RAILINGS,
    BOARDS,
    WALL,
    HEDGE
  }

  final double height;
  private final Type type;
  private final float[] colour;
  private final int seed;

  Barrier(Random random, StreetStyle style) {
    double pick = random.nextDouble();
    if (pick < style.wallShare()) {
      type = Type.WALL;
    } else if (pick < style.wallShare() + style.hedgeShare()) {
      type = Type.HEDGE;
    } else {
      type = random.nextDouble() < 0.45 ? Type.RAILINGS : Type.BOARDS;
    }
    height = 0.9 + 1.1 * random.nextDouble();
    seed = random.nextInt();
    double tone = 0.6 + 0.8 * random.nextDouble();
    colour =
        switch (type) {
          case RAILINGS -> Light.colour(0.05 * tone, 0.06 * tone, 0.05 * tone);
          case BOARDS -> Light.colour(0.34 * tone, 0.25 * tone, 0.17 * tone);
          case WALL -> Light.colour(0.40 * tone, 0.33 * tone, 0.27 * tone);
          case HEDGE -> Light.colour(0.10 * tone, 0.17 * tone, 0.05 * tone);
        };
  }

  @Override
  public int at(double a, double b, double pixel, float[] rgb) {
    return switch (type) {
      case RAILINGS -> railings(a, b, pixel, rgb);
      case BOARDS -> boards(a, b, pixel, rgb);
      case WALL -> {
        double course = 0.85 + 0.3 * Noise.grain(a + b, b, 0.11, pixel, seed);
        double top = b > height - 0.12 ? 1.35 : 1;
        Surface.set(rgb, colour, course * top * (0.75 + 0.5 * Noise.cloud(a * 0.3, b * 0.3)));
        yield Kind.WALL;
      }
      case HEDGE -> {
        if (b > height * (0.85 + 0.25 * Noise.cloud(a * 0.8, seed & 15))) {
          yield Kind.NONE;
        }
        double leaves = 0.4 + 1.1 * Noise.grain(a, b, 0.08, pixel, seed);
        Surface.set(rgb, colour, leaves * (0.5 + Noise.cloud(a * 1.3, b * 1.3)));
        yield Kind.VEGETATION;
      }
    };
  }

  private int railings(double a, double b, double pixel, float[] rgb) {
    double bar = a / 0.13 - Math.floor(a / 0.13);
    boolean rail = Math.abs(b - 0.2) < 0.03 || Math.abs(b - height + 0.1) < 0.03;
    double post = a / 2.2 - Math.floor(a / 2.2);
    if (!rail && post > 0.04 && (pixel > 0.1 ? Noise.white((int) (a * 9), 7, seed) : bar) > 0.4) {
      return Kind.FENCE | Kind.SEE_THROUGH;
    }
    Surface.set(rgb, colour, 1);
    return Kind.FENCE;
  }

  private int boards(double a, double b, double pixel, float[] rgb) {
    int board = (int) Math.floor(a / 0.15);
    if (b > height - 0.08 * Noise.white(board, 0, seed)) {
      return Kind.NONE;
    }
    double gap = a / 0.15 - board < 0.12 ? 0.6 + 0.4 * pixel / (pixel + 0.03) : 1;
    double grain = 0.8 + 0.3 * Noise.white(board, 1, seed);
    double rail = Math.abs(b - height * 0.75) < 0.05 ? 1.2 : 1;
    Surface.set(rgb, colour, gap * grain * rail * (0.8 + 0.4 * Noise.cloud(a * 0.5, b)));
    return Kind.FENCE;
  }
}
