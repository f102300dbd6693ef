package dev.assay.data.scene;

import java.util.Random;

/** Somebody on foot, or on a bicycle or motorcycle, or a bicycle alone. */
final class People implements Thing {
  /** How they travel. */
  enum Type {
    WALKER,
    CYCLIST,
    CROSSING_CYCLIST,
    PARKED_BICYCLE,
    MOTORCYCLIST
  }

  private static final float[] TYRE = Light.colour(0.03, 0.03, 0.03);
  private static final double WHEEL = 0.34;

  private final Type type;
  private final double x;
  private final double z;
  private final double scale;
  private final double stride;
  private final double lean;
  private final float[] skin;
  private final float[] hair;
  private final float[] shirt;
  private final float[] trousers;
  private final float[] frame;
  private final int seed;

  /**
   * @param stride phase of the walk in [-1, 1]
   */
  People(Random random, Type type, double x, double z, double stride) {
    this.type = type;
    this.x = x;
    this.z = z;
    this.stride = stride * 0.16;
    scale =
        (type == Type.WALKER && random.nextDouble() < 0.12 ? 0.7 : 1)
            * (0.9 + 0.2 * random.nextDouble());
    lean = 0.06 * (random.nextDouble() - 0.5);
    double tone = 0.12 + 0.4 * random.nextDouble();
    skin = Light.colour(tone * 1.3, tone * 0.9, tone * 0.7);
    hair = Light.colour(0.05 + 0.2 * random.nextDouble(), 0.05 + 0.1 * random.nextDouble(), 0.04);
    shirt = cloth(random, 0.55);
    trousers = cloth(random, 0.25);
    frame = cloth(random, 0.4);
    seed = random.nextInt();
  }

  private static float[] cloth(Random random, double brightness) {
    double gray = brightness * random.nextDouble();
    double hue = 0.5 * brightness;
    return Light.colour(
        gray + hue * random.nextDouble(),
        gray + hue * random.nextDouble(),
        gray + hue * random.nextDouble());
  }

  @Override
  public double z() {
    return z;
  }

  @Override
  public void shade(Canvas canvas) {
    Light light = canvas.light;
    double reach = Math.min(2, 0.9 / light.sunY) * light.direct;
    canvas.shade(x, z, 0.35, 0.35, 0.45, 0);
    canvas.shade(x - light.sunX * reach, z - light.sunZ * reach, 0.3, 0.6, 0.5 * light.direct, 0);
  }

  @Override
  public void draw(Canvas canvas) {
    if ((z - canvas.camera.z()) / canvas.camera.f() > 0.16) {
      return; // a few pixels: nobody would label it
    }
    float[] tint = canvas.light.on(0, 0.2, -0.7);
    boolean sideways = type == Type.CROSSING_CYCLIST || type == Type.PARKED_BICYCLE;
    double half = sideways ? 0.95 : 0.42 * scale;
    Surface figure =
        switch (type) {
          case WALKER -> (a, b, pixel, rgb) -> walker((a - half) / scale, b / scale, rgb);
          case CYCLIST, MOTORCYCLIST -> (a, b, pixel, rgb) -> rider(a - half, b, pixel, rgb);
          case CROSSING_CYCLIST, PARKED_BICYCLE ->
              (a, b, pixel, rgb) -> sideways(a - half, b, pixel, rgb);
        };
    canvas.facing(z, x - half, x + half, 0, 1.95 * scale, tint, figure);
  }

  private int walker(double u, double v, float[] rgb) {
    if (v < 0.86) {
      double spread = stride * (1 - v / 0.86);
      boolean leg = Math.abs(u - 0.085 - spread) < 0.085 || Math.abs(u + 0.085 + spread) < 0.085;
      if (!leg) {
        return Kind.NONE;
      }
      Surface.set(rgb, v < 0.08 ? TYRE : trousers, 0.85 + u);
      return Kind.PERSON;
    }
    return upper(u, v, 0, rgb) ? Kind.PERSON : Kind.NONE;
  }

  /** Torso, arms and head above {@code v} = 0.86 + drop; false where there is nothing. */
  private boolean upper(double u, double v, double drop, float[] rgb) {
    double w = u - lean * (v - 0.8);
    double h = v - drop;
    double shoulder = 0.17 + 0.05 * Math.min(1, (h - 0.8) / 0.5);
    boolean torso = h >= 0.8 && h < 1.46 && Math.abs(w) < shoulder;
    boolean arms = h > 0.75 && h < 1.42 && Math.abs(w) < shoulder + 0.09;
    double head = w * w + (h - 1.61) * (h - 1.61) * 0.75;
    if (head < 0.0125) {
      Surface.set(rgb, h > 1.63 || (seed & 1) == 0 ? hair : skin, 0.9 + w);
    } else if (torso || arms) {
      boolean hand = !torso && h < 0.9;
      double folds = 0.7 + 0.5 * Noise.cloud(w * 3 + (seed & 15), h * 3) + 0.8 * w;
      Surface.set(rgb, hand ? skin : shirt, torso ? folds : folds * 0.85);
    } else {
      return Math.abs(w) < 0.05 && h > 1.4 && h < 1.56 && paint(rgb, skin);
    }
    return true;
  }

  private static boolean paint(float[] rgb, float[] colour) {
    Surface.set(rgb, colour, 0.8);
    return true;
  }

  /** Seen from behind or in front. */
  private int rider(double u, double v, double pixel, float[] rgb) {
    boolean motor = type == Type.MOTORCYCLIST;
    double tyre = motor ? 0.11 : 0.035;
    int vehicle = motor ? Kind.MOTORCYCLE : Kind.BICYCLE;
    if (upper(u, v, 0.1, rgb)) {
      return Kind.RIDER;
    }
    if (v > 0.2 && v < 0.95 && Math.abs(Math.abs(u) - 0.14) < (motor ? 0.05 : 0.075)) {
      Surface.set(rgb, trousers, 0.9);
      return Kind.RIDER;
    }
    boolean bars = Math.abs(v - 1.0) < 0.03 && Math.abs(u) < 0.3;
    boolean body = motor && v > 0.3 && v < 1.0 && Math.abs(u) < 0.3;
    if (v < 2 * WHEEL && Math.abs(u) < Math.max(tyre, pixel * 0.6)) {
      Surface.set(rgb, TYRE, 1);
      return vehicle;
    }
    if (bars || body) {
      Surface.set(rgb, frame, 0.8);
      return vehicle;
    }
    return Kind.NONE;
  }

  /** Seen from the side: two wheels, a frame, perhaps somebody riding. */
  private int sideways(double u, double v, double pixel, float[] rgb) {
    boolean ridden = type == Type.CROSSING_CYCLIST;
    if (ridden && upper(u + 0.12 - 0.25 * (v - 1.0), v, 0.1, rgb)) {
      return Kind.RIDER;
    }
    double leg = u + 0.1 - 0.2 * (0.9 - v);
    if (ridden && v > 0.2 && v < 0.95 && Math.abs(leg) < 0.09) {
      Surface.set(rgb, trousers, 0.9);
      return Kind.RIDER;
    }
    double line = Math.max(0.03, pixel * 0.5);
    double r =
        StrictMath.sqrt((Math.abs(u) - 0.53) * (Math.abs(u) - 0.53) + (v - WHEEL) * (v - WHEEL));
    if (Math.abs(r - WHEEL + 0.02) < line) {
      Surface.set(rgb, TYRE, 1);
      return Kind.BICYCLE;
    }
    boolean tubes =
        (v > WHEEL && v < 0.9 && Math.abs(Math.abs(u) - 0.53 + (v - WHEEL) * 0.45) < line)
            || (Math.abs(v - 0.78) < line && Math.abs(u) < 0.33)
            || (Math.abs(v - 1.0) < line && u > 0.25 && u < 0.45);
    if (tubes) {
      Surface.set(rgb, frame, 1);
      return Kind.BICYCLE;
    }
    return r < WHEEL ? Kind.BICYCLE | Kind.SEE_THROUGH : Kind.NONE;
  }
}
