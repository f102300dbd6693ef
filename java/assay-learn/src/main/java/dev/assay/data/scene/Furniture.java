package dev.assay.data.scene;

import java.util.Random;

/** A post with whatever it carries: lamp, signs, traffic light; or a bin, which no class fits. */
final class Furniture implements Thing {
  /** What stands there. */
  enum Type {
    LAMP,
    SIGN,
    BOARD,
    TRAFFIC_LIGHT,
    BOLLARD,
    BIN
  }

  private static final float[] RED = Light.colour(0.60, 0.04, 0.05);
  private static final float[] BLUE = Light.colour(0.04, 0.12, 0.50);
  private static final float[] GREEN = Light.colour(0.03, 0.28, 0.14);
  private static final float[] YELLOW = Light.colour(0.75, 0.60, 0.05);
  private static final float[] WHITE = Light.colour(0.80, 0.80, 0.78);
  private static final float[][] BOARDS = {BLUE, GREEN, WHITE, YELLOW, WHITE, RED};

  private final Type type;
  private final double x;
  private final double z;
  private final double towardsRoad;
  private final double height;
  private final double radius;
  private final double plate;
  private final int design;
  private final boolean back;
  private final float[] post;

  Furniture(Random random, Type type, double x, double z, double towardsRoad) {
    this.type = type;
    this.x = x;
    this.z = z;
    this.towardsRoad = towardsRoad;
    double size = random.nextDouble();
    height =
        switch (type) {
          case LAMP -> 4.5 + 4 * size;
          case SIGN -> 2.3 + 0.6 * size;
          case BOARD -> 2.3 + 1.4 * size;
          case TRAFFIC_LIGHT -> 2.6 + 0.7 * size;
          case BOLLARD -> 0.9 + 0.3 * size;
          case BIN -> 0.9 + 0.4 * size;
        };
    radius =
        switch (type) {
          case LAMP -> 0.065 + 0.06 * random.nextDouble();
          case BIN -> 0.25 + 0.15 * random.nextDouble();
          case BOLLARD -> 0.09;
          default -> 0.045 + 0.03 * random.nextDouble();
        };
    plate = type == Type.BOARD ? 0.45 + 0.5 * random.nextDouble() : 0.26 + 0.14 * size;
    design = random.nextInt(1 << 16);
    back = random.nextDouble() < 0.2;
    double tone = 0.07 + 0.3 * random.nextDouble();
    boolean wooden = type == Type.LAMP && random.nextDouble() < 0.25;
    post = wooden ? Light.colour(0.17, 0.13, 0.10) : Light.colour(tone, tone * 1.03, tone);
  }

  @Override
  public double z() {
    return z;
  }

  @Override
  public void shade(Canvas canvas) {
    canvas.shade(x, z, radius * 3, radius * 3, 0.4, 0);
  }

  @Override
  public void draw(Canvas canvas) {
    float[] tint = canvas.light.on(0, 0.2, -0.8);
    double pixel = (z - canvas.camera.z()) / canvas.camera.f();
    double half = Math.max(radius, 0.55 * pixel);
    if (pixel > radius * 2.4) {
      return; // thinner than half a pixel: not visible, not labelled
    }
    int kind = type == Type.BIN ? Kind.VOID : Kind.POLE;
    canvas.facing(
        z,
        x - half,
        x + half,
        0,
        height,
        tint,
        (a, b, size, rgb) -> {
          Surface.set(rgb, post, 0.6 + 0.5 * a / half);
          return kind;
        });
    switch (type) {
      case LAMP -> lamp(canvas, tint, half);
      case SIGN, BOARD -> sign(canvas, tint);
      case TRAFFIC_LIGHT -> trafficLight(canvas, tint);
      case BOLLARD, BIN -> {}
    }
  }

  private void lamp(Canvas canvas, float[] tint, double half) {
    double arm = 1.0 + 0.8 * (design & 1);
    double x0 = Math.min(x, x + towardsRoad * arm);
    double y0 = height - half * 1.4;
    canvas.facing(
        z,
        x0,
        x0 + arm,
        y0,
        height + half * 0.6,
        tint,
        (a, b, size, rgb) -> {
          boolean head = towardsRoad < 0 ? a < 0.5 : a > arm - 0.5;
          Surface.set(rgb, post, head ? 1.5 : 0.9);
          return Kind.POLE;
        });
  }

  private void sign(Canvas canvas, float[] tint) {
    double h = type == Type.BOARD ? plate * (0.5 + 0.5 * (design & 1)) : plate;
    canvas.facing(
        z - 0.05,
        x - plate,
        x + plate,
        height - 2 * h,
        height,
        tint,
        (a, b, pixel, rgb) -> plateAt(a / plate - 1, (b - height) / h + 1, pixel / plate, rgb));
  }

  /** A plate in [-1, 1] x [-1, 1]. */
  private int plateAt(double u, double v, double pixel, float[] rgb) {
    int shape = type == Type.BOARD ? 2 : design % 4;
    double r = u * u + v * v;
    double triangle = Math.max(Math.abs(u) * 2 + v - 1, -v * 2 - 1) + 1;
    double edge =
        switch (shape) {
          case 0 -> r;
          case 1 -> triangle;
          default -> Math.max(Math.abs(u), Math.abs(v));
        };
    if (edge > 1) {
      return Kind.NONE;
    }
    double shading = 0.85 + 0.2 * v;
    if (back) {
      Surface.gray(rgb, 0.33 * shading);
      return Kind.SIGN;
    }
    boolean glyph = Noise.grain(u * 4, v * 4, 1.1, pixel * 4, design) > 0.62 && edge < 0.6;
    if (shape < 2) {
      boolean blue = shape == 0 && (design & 16) != 0;
      float[] inside = blue ? BLUE : glyph ? post : WHITE;
      Surface.set(rgb, edge > 0.62 && !blue ? RED : blue && glyph ? WHITE : inside, shading);
    } else {
      float[] base = BOARDS[(design >> 4) % BOARDS.length];
      boolean light = base == WHITE || base == YELLOW;
      Surface.set(rgb, glyph || edge > 0.9 ? (light ? post : WHITE) : base, shading);
    }
    return Kind.SIGN;
  }

  private void trafficLight(Canvas canvas, float[] tint) {
    canvas.facing(
        z - 0.05,
        x - 0.19,
        x + 0.19,
        height - 0.95,
        height,
        tint,
        (a, b, pixel, rgb) -> {
          int lamp = (int) ((height - b) / 0.317);
          double du = (a - 0.19) / 0.13;
          double dv = (height - b - 0.158 - lamp * 0.317) / 0.13;
          Surface.gray(rgb, 0.03);
          if (du * du + dv * dv < 1) {
            boolean on = lamp == design % 3 && !back;
            float[] colour = lamp == 0 ? RED : lamp == 1 ? YELLOW : GREEN;
            Surface.set(rgb, colour, on ? 2.6 : 0.2);
          }
          return Kind.LIGHT;
        });
  }
}
