package dev.assay.data.scene;

import java.util.Random;

/** A trunk and an irregular crown with gaps, lit from the sun's side. */
final class Tree implements Thing {
  private static final double TRUNK = 0.6;

  private final double x;
  private final double z;
  private final double trunkHeight;
  private final double trunkRadius;
  private final double crownRadius;
  private final double crownHeight;
  private final double density;
  private final float[] leaf;
  private final float[] bark;
  private final int seed;

  /** A tree at this place, {@code scale} times the usual size. */
  Tree(Random random, double x, double z, double scale) {
    this.x = x;
    this.z = z;
    trunkHeight = (1.6 + 1.4 * random.nextDouble()) * scale;
    trunkRadius = (0.09 + 0.14 * random.nextDouble()) * scale;
    crownRadius = (1.3 + 1.8 * random.nextDouble()) * scale;
    crownHeight = crownRadius * (1.5 + 1.2 * random.nextDouble());
    density = 0.75 + 0.5 * random.nextDouble();
    double autumn = random.nextDouble() < 0.2 ? 1.6 : 1;
    double tone = 0.6 + 0.7 * random.nextDouble();
    leaf = Light.colour(0.13 * tone * autumn, 0.19 * tone, 0.055 * tone);
    double brown = 0.09 + 0.12 * random.nextDouble();
    bark = Light.colour(brown * 1.15, brown, brown * 0.85);
    seed = random.nextInt();
  }

  @Override
  public double z() {
    return z;
  }

  @Override
  public void shade(Canvas canvas) {
    Light light = canvas.light;
    double height = trunkHeight + crownHeight / 2;
    double reach = Math.min(3, 1 / light.sunY) * light.direct;
    canvas.shade(
        x - light.sunX * height * reach,
        z - light.sunZ * height * reach,
        crownRadius,
        crownRadius,
        0.25 + 0.4 * light.direct,
        0.8);
  }

  @Override
  public void draw(Canvas canvas) {
    float[] tint = canvas.light.on(0, 0.3, -0.6);
    double top = trunkHeight + crownHeight * 0.3;
    canvas.facing(z, x - trunkRadius, x + trunkRadius, 0, top, tint, this::trunk);
    double left = x - crownRadius * 1.2;
    double right = x + crownRadius * 1.2;
    double crownTop = trunkHeight + crownHeight * 1.1;
    double low = trunkHeight - crownHeight * 0.1;
    float[] leaves = canvas.light.on(canvas.light.sunX * 0.5, 0.5, canvas.light.sunZ * 0.5);
    double sunSide = canvas.light.sunX * canvas.light.direct;
    canvas.facing(
        z - TRUNK * trunkRadius,
        left,
        right,
        low,
        crownTop,
        leaves,
        (a, b, pixel, rgb) -> crown(a + left - x, b, pixel, rgb, sunSide));
  }

  private int trunk(double a, double b, double pixel, float[] rgb) {
    double round = 0.65 + 0.7 * a / (2 * trunkRadius);
    Surface.set(rgb, bark, round * (0.6 + 0.8 * Noise.grain(a * 3, b, 0.12, pixel, seed)));
    return Kind.VEGETATION;
  }

  private int crown(double dx, double b, double pixel, float[] rgb, double sunSide) {
    double u = dx / crownRadius;
    double v = (b - trunkHeight - crownHeight / 2) / (crownHeight / 2);
    double edge = u * u + v * v + 1.5 * (Noise.cloud(dx * 0.8 + (seed & 15), b * 0.8) - 0.5);
    if (edge > 1) {
      return Kind.NONE;
    }
    double clump = Noise.cloud(dx * 2.1, b * 2.1 + (seed >>> 8 & 15));
    if (edge > 0.55 && clump > 0.62 * density) {
      return Kind.VEGETATION | Kind.SEE_THROUGH;
    }
    double lit = 0.75 + 0.45 * v + 0.4 * u * sunSide;
    double fine = 0.45 + 1.1 * Noise.grain(dx, b, 0.10, pixel, seed);
    Surface.set(rgb, leaf, Math.max(0.15, lit) * fine * (0.35 + 1.3 * clump));
    return Kind.VEGETATION;
  }
}
