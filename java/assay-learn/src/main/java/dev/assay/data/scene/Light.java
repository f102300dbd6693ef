package dev.assay.data.scene;

import java.util.Random;

/** Weather and time of day: sun, sky light, haze. Colours are linear. */
final class Light {
  /** Towards the sun. */
  final double sunX;

  final double sunY;
  final double sunZ;

  /** 0 overcast .. 1 clear; scales shadows. */
  final double direct;

  final float[] sun;
  final float[] ambient;
  final float[] zenith;
  final float[] horizon;

  /** Metres at which haze hides half of a colour. */
  final double hazeMetres;

  final double clouds;
  final int seed;

  Light(Random random) {
    double kind = random.nextDouble();
    double elevation = StrictMath.toRadians(20 + 40 * random.nextDouble());
    double azimuth = StrictMath.toRadians(360 * random.nextDouble());
    sunX = StrictMath.sin(azimuth) * StrictMath.cos(elevation);
    sunY = StrictMath.sin(elevation);
    sunZ = StrictMath.cos(azimuth) * StrictMath.cos(elevation);
    seed = random.nextInt();
    double level = 0.6 + 0.5 * random.nextDouble();
    double haze;
    if (kind < 0.55) { // sun
      direct = 0.7 + 0.3 * random.nextDouble();
      double low = 1 - sunY;
      sun = colour(1.15 * level, (1.1 - 0.25 * low) * level, (1.0 - 0.5 * low) * level);
      ambient = colour(0.24, 0.28, 0.36);
      zenith = colour(0.22, 0.40, 0.78);
      horizon = colour(0.74, 0.80, 0.88);
      haze = 900 + 1800 * random.nextDouble();
      clouds = random.nextDouble();
    } else if (kind < 0.87) { // overcast
      direct = 0.15 * random.nextDouble();
      sun = colour(0.12, 0.12, 0.12);
      ambient = colour(0.58 * level, 0.60 * level, 0.62 * level);
      zenith = colour(0.62, 0.65, 0.70);
      horizon = colour(0.88, 0.89, 0.90);
      haze = 350 + 900 * random.nextDouble();
      clouds = 0.35 + 0.3 * random.nextDouble();
    } else { // dusk
      direct = 0.3 * random.nextDouble();
      sun = colour(0.20, 0.13, 0.08);
      ambient = colour(0.20 * level, 0.21 * level, 0.25 * level);
      zenith = colour(0.20, 0.24, 0.36);
      horizon = colour(0.52, 0.44, 0.40);
      haze = 300 + 700 * random.nextDouble();
      clouds = random.nextDouble();
    }
    boolean foggy = random.nextDouble() < 0.07;
    hazeMetres = foggy ? 60 + 90 * random.nextDouble() : haze;
  }

  static float[] colour(double r, double g, double b) {
    return new float[] {(float) r, (float) g, (float) b};
  }

  /** Light on a surface of this normal. */
  float[] on(double nx, double ny, double nz) {
    double d = Math.max(0, nx * sunX + ny * sunY + nz * sunZ) * direct;
    double up = 0.8 + 0.2 * ny;
    return colour(
        ambient[0] * up + sun[0] * d, ambient[1] * up + sun[1] * d, ambient[2] * up + sun[2] * d);
  }

  /** Share of haze in what is seen at {@code z} metres. */
  float haze(double z) {
    return (float) (z / (z + hazeMetres));
  }
}
