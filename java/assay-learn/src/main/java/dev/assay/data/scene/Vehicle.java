package dev.assay.data.scene;

import java.util.Random;

/** A box on wheels in one of several shapes; its end and the side nearer to the camera are seen. */
final class Vehicle implements Thing {
  /** Shapes, with length, width, height in metres, bonnet and boot lengths as shares. */
  enum Type {
    HATCHBACK(3.9, 1.70, 1.45, 0.24, 0, Kind.CAR),
    SALOON(4.5, 1.78, 1.42, 0.25, 0.18, Kind.CAR),
    OFF_ROADER(4.6, 1.88, 1.78, 0.24, 0, Kind.CAR),
    VAN(5.0, 1.95, 2.1, 0.14, 0, Kind.CAR),
    TRUCK(7.5, 2.4, 3.1, 0, 0, Kind.TRUCK),
    BUS(11, 2.5, 3.2, 0, 0, Kind.BUS),
    TRAIN(24, 2.5, 3.4, 0, 0, Kind.TRAIN);

    final double length;
    final double width;
    final double height;
    final double bonnet;
    final double boot;
    final int kind;

    Type(double length, double width, double height, double bonnet, double boot, int kind) {
      this.length = length;
      this.width = width;
      this.height = height;
      this.bonnet = bonnet;
      this.boot = boot;
      this.kind = kind;
    }
  }

  private static final float[][] PAINTS = {
    Light.colour(0.42, 0.43, 0.45),
    Light.colour(0.03, 0.03, 0.035),
    Light.colour(0.70, 0.70, 0.70),
    Light.colour(0.15, 0.16, 0.17),
    Light.colour(0.04, 0.07, 0.25),
    Light.colour(0.33, 0.03, 0.04),
    Light.colour(0.03, 0.14, 0.08),
    Light.colour(0.45, 0.36, 0.10)
  };
  private static final float[] GLASS = Light.colour(0.09, 0.11, 0.13);
  private static final float[] RUBBER = Light.colour(0.025, 0.025, 0.025);
  private static final float[] TAIL = Light.colour(0.50, 0.03, 0.02);
  private static final float[] HEAD = Light.colour(0.85, 0.85, 0.80);
  private static final double CLEARANCE = 0.2;
  private static final double SLOPE = 0.13;
  private static final double LID = 0.97;
  private static final double OWN_LENGTH = 7;

  private final Type type;
  private final double x;
  private final double z;
  private final boolean oncoming;
  private final boolean crossing;
  private final double height;
  private final double waist;
  private final float[] paint;
  private final boolean braking;
  private final int seed;

  /**
   * @param x middle, across the street
   * @param z the end nearer to the camera
   * @param oncoming whether its front is seen
   * @param crossing whether it stands across the street, seen from its side
   */
  Vehicle(Random random, Type type, double x, double z, boolean oncoming, boolean crossing) {
    this.type = type;
    this.x = x;
    this.z = z;
    this.oncoming = oncoming;
    this.crossing = crossing;
    height = type.height * (0.95 + 0.1 * random.nextDouble());
    waist = type.height > 2.5 ? 1.2 : height * 0.62;
    float[] base = PAINTS[random.nextInt(PAINTS.length)];
    double tone = 0.8 + 0.4 * random.nextDouble();
    paint = Light.colour(base[0] * tone, base[1] * tone, base[2] * tone);
    braking = random.nextDouble() < 0.3;
    seed = random.nextInt();
  }

  @Override
  public double z() {
    return z;
  }

  @Override
  public void shade(Canvas canvas) {
    if (isHidden(canvas.camera)) {
      return;
    }
    double rx = (crossing ? type.length : type.width) * 0.62;
    double rz = (crossing ? type.width : type.length) * 0.56;
    Light light = canvas.light;
    double depth = crossing ? type.width : type.length;
    canvas.shade(x, z + depth / 2, rx, rz, 0.75, 0);
    double reach = Math.min(2.5, height / light.sunY) * light.direct * 0.6;
    canvas.shade(
        x - light.sunX * reach, z + depth / 2 - light.sunZ * reach, rx, rz, 0.5 * light.direct, 0);
  }

  /** Too small to label, or where the camera's own car is. */
  private boolean isHidden(Camera camera) {
    double ahead = z - camera.z();
    double reach = crossing ? type.length : type.width;
    boolean inTheWay = Math.abs(x - camera.x()) < reach / 2 + 0.8 && ahead < OWN_LENGTH;
    return ahead / camera.f() > 0.3 || inTheWay;
  }

  @Override
  public void draw(Canvas canvas) {
    if (isHidden(canvas.camera)) {
      return;
    }
    float[] endTint = canvas.light.on(0, 0.25, -0.9);
    if (crossing) {
      double half = type.length / 2;
      canvas.facing(z, x - half, x + half, 0, height, endTint, this::side);
      return;
    }
    double half = type.width / 2;
    ends(canvas, half, endTint);
    double cameraX = canvas.camera.x();
    if (cameraX < x - half) {
      float[] tint = canvas.light.on(-0.95, 0.25, 0);
      canvas.along(x - half, z, z + type.length, height, tint, this::side);
    } else if (cameraX > x + half) {
      float[] tint = canvas.light.on(0.95, 0.25, 0);
      canvas.along(x + half, z, z + type.length, height, tint, this::side);
    }
  }

  /** The nearer end; where a bonnet or boot lies before the cabin, that too, and the roof. */
  private void ends(Canvas canvas, double half, float[] tint) {
    double share = oncoming ? type.bonnet : type.boot;
    double cabin = share > 0 ? z + (share + SLOPE / 2) * type.length : z;
    float[] up = canvas.light.on(0, 1, -0.2);
    double step = waist * LID;
    Surface lid =
        (a, b, pixel, rgb) -> {
          Surface.set(rgb, paint, 0.95);
          return type.kind;
        };
    canvas.level(height, x - half, x + half, cabin, z + type.length * 0.85, up, lid);
    if (share > 0) {
      canvas.facing(cabin, x - half, x + half, step, height, tint, this::end);
      canvas.level(step, x - half, x + half, z, cabin, up, lid);
      canvas.facing(z, x - half, x + half, 0, step, tint, this::end);
    } else {
      canvas.facing(z, x - half, x + half, 0, height, tint, this::end);
    }
  }

  /** The end: u across from the middle, b up. */
  private int end(double a, double b, double pixel, float[] rgb) {
    double half = type.width / 2;
    double u = Math.abs(a - half);
    if (b < 0.34 && u > half - 0.24) {
      Surface.set(rgb, RUBBER, 1);
      return type.kind;
    }
    double round = b > height - 0.1 ? (b - height + 0.1) * 1.5 : 0;
    if (b < CLEARANCE || u > half - round) {
      return Kind.NONE;
    }
    double lampHeight = type == Type.TRUCK || type == Type.BUS ? 0.9 : waist * 0.82;
    boolean glass = b > waist + 0.06 && b < height * 0.93 && u < half - 0.12;
    if (glass && (type != Type.TRUCK || oncoming)) {
      Surface.set(rgb, GLASS, 0.5 + 1.5 * (b - waist) / (height - waist));
    } else if (Math.abs(b - lampHeight) < 0.11 && u > half - 0.36) {
      Surface.set(rgb, oncoming ? HEAD : TAIL, braking ? 1.6 : 0.8);
    } else if (Math.abs(b - 0.48) < 0.07 && u < 0.26) {
      Surface.set(rgb, HEAD, oncoming ? 0.9 : 0.75);
      rgb[2] *= oncoming ? 1 : 0.25f;
    } else if (b < 0.42 || (oncoming && Math.abs(b - lampHeight) < 0.09)) {
      Surface.set(rgb, paint, 0.35);
    } else {
      Surface.set(rgb, paint, 0.65 + 0.45 * b / height);
    }
    return type.kind;
  }

  /** The side: a from the nearer end, b up. */
  private int side(double a, double b, double pixel, float[] rgb) {
    double along = a / type.length;
    double fromFront = oncoming || (crossing && (seed & 1) == 0) ? along : 1 - along;
    double wheel = wheelDistance(a, b);
    if (wheel < 0.32) {
      Surface.gray(rgb, wheel < 0.18 ? 0.30 : 0.025);
      return type.kind;
    }
    if (b < CLEARANCE + 0.03 || b > roof(fromFront)) {
      return Kind.NONE;
    }
    double inset = roof(fromFront) - b;
    boolean cabin = b > waist && inset > 0.07 && type != Type.TRUCK;
    double pillar = a / (type.bonnet == 0 ? 1.6 : 1.05);
    boolean vanBody = type == Type.VAN && fromFront > 0.42;
    if (cabin && !vanBody && pillar - Math.floor(pillar) > 0.07 && b < height * 0.94) {
      Surface.set(rgb, GLASS, 0.4 + 1.4 * (b - waist) / (height - waist));
    } else {
      double door = Math.abs(pillar - Math.rint(pillar)) < 0.012 + pixel * 0.3 ? 0.7 : 1;
      double arch = wheel < 0.38 ? 0.4 : 1;
      Surface.set(rgb, paint, door * arch * (0.55 + 0.55 * b / height));
    }
    return type.kind;
  }

  private double wheelDistance(double a, double b) {
    double wheelbase = type.bonnet == 0 ? 1.5 : 0.75;
    double nearest = Math.min(Math.abs(a - wheelbase), Math.abs(type.length - wheelbase - a));
    return StrictMath.sqrt(nearest * nearest + (b - 0.31) * (b - 0.31));
  }

  /** Height of the outline at a share of the length, from the front. */
  private double roof(double t) {
    if (t < type.bonnet) {
      return waist * (0.9 + 0.1 * t / type.bonnet);
    }
    if (type.bonnet > 0 && t < type.bonnet + SLOPE) {
      return waist + (height - waist) * (t - type.bonnet) / SLOPE;
    }
    double tail = 1 - type.boot;
    if (type.boot > 0 && t > tail) {
      return waist * LID;
    }
    if (type.boot > 0 && t > tail - SLOPE) {
      return waist + (height - waist) * (tail - t) / SLOPE;
    }
    return height;
  }
}
