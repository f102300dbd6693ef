package dev.assay.data.scene;

import java.util.Random;

/** A house front: storeys of windows, a shop or a door below, a roof or a parapet above. */
final class Facade implements Surface {
  private static final float[][] WALLS = {
    Light.colour(0.36, 0.20, 0.14),
    Light.colour(0.46, 0.36, 0.24),
    Light.colour(0.50, 0.46, 0.38),
    Light.colour(0.34, 0.34, 0.34),
    Light.colour(0.62, 0.58, 0.50),
    Light.colour(0.28, 0.20, 0.16),
    Light.colour(0.55, 0.40, 0.30),
    Light.colour(0.22, 0.24, 0.27)
  };
  private static final float[][] SHOPS = {
    Light.colour(0.45, 0.05, 0.05),
    Light.colour(0.05, 0.10, 0.40),
    Light.colour(0.05, 0.25, 0.12),
    Light.colour(0.70, 0.65, 0.20),
    Light.colour(0.08, 0.08, 0.08),
    Light.colour(0.70, 0.70, 0.68)
  };
  private static final double FASCIA_FROM = 2.6;
  private static final double FASCIA_TO = 3.3;

  private final float[] wall;
  private final float[] shop;
  private final float[] roof;
  private final boolean hasShop;
  private final boolean brick;
  private final double wallHeight;
  private final double storey;
  private final double bay;
  private final double windowWidth;
  private final double windowHeight;
  private final int seed;

  /** Random looks for a house of this height, roof excluded. */
  Facade(Random random, double wallHeight) {
    this.wallHeight = wallHeight;
    float[] base = WALLS[random.nextInt(WALLS.length)];
    double tone = 0.75 + 0.5 * random.nextDouble();
    wall = Light.colour(base[0] * tone, base[1] * tone, base[2] * tone);
    shop = SHOPS[random.nextInt(SHOPS.length)];
    double tile = 0.10 + 0.12 * random.nextDouble();
    roof = Light.colour(tile * (1 + random.nextDouble()), tile, tile * 0.9);
    hasShop = random.nextDouble() < 0.35;
    brick = random.nextBoolean();
    storey = 2.8 + 0.8 * random.nextDouble();
    bay = 1.8 + 2.6 * random.nextDouble();
    windowWidth = 0.35 + 0.35 * random.nextDouble();
    windowHeight = 0.40 + 0.25 * random.nextDouble();
    seed = random.nextInt();
  }

  @Override
  public int at(double a, double b, double pixel, float[] rgb) {
    if (b > wallHeight) {
      double tiles = 0.85 + 0.3 * Noise.grain(a, b, 0.3, pixel, seed);
      Surface.set(rgb, roof, tiles * (0.8 + 0.4 * Noise.cloud(a * 0.4, b * 0.4)));
      return Kind.BUILDING;
    }
    if (hasShop && b < FASCIA_TO + 0.2) {
      shopFront(a, b, pixel, rgb);
      return Kind.BUILDING;
    }
    double up = b / storey;
    int floor = (int) up;
    double side = a / bay;
    int column = (int) Math.floor(side);
    double dx = Math.abs(side - column - 0.5) * 2;
    double dy = Math.abs(up - floor - 0.55) * 2;
    boolean door = floor == 0 && (Noise.hash(column, 3, seed) & 3) == 0;
    if (door && dx < 0.4 && b < 2.1) {
      Surface.set(rgb, shop, 0.6);
    } else if (dx < windowWidth && dy < windowHeight) {
      window(dx / windowWidth, dy / windowHeight, column, floor, up - floor, rgb);
    } else {
      double dirt = 0.78 + 0.44 * Noise.cloud(a * 0.23 + seed, b * 0.23);
      double course = brick ? 0.86 + 0.28 * Noise.grain(a + b, b, 0.09, pixel, seed) : 1;
      double sill = b > wallHeight - 0.35 || (dx < windowWidth + 0.1 && dy < 0.75) ? 1.18 : 1;
      Surface.set(rgb, wall, dirt * course * sill);
    }
    return Kind.BUILDING;
  }

  private void window(double dx, double dy, int column, int floor, double up, float[] rgb) {
    if (dx > 0.85 || dy > 0.88 || dx < 0.06) {
      Surface.gray(rgb, (seed & 1) == 0 ? 0.62 : 0.12);
      return;
    }
    int h = Noise.hash(column, floor, seed);
    double reflect = 0.05 + 0.30 * ((h & 0xff) / 255.0) * (0.4 + up);
    boolean curtain = (h >>> 8 & 7) == 0;
    Surface.gray(rgb, curtain ? 0.5 : reflect);
    rgb[2] *= curtain ? 0.9f : 1.25f;
  }

  private void shopFront(double a, double b, double pixel, float[] rgb) {
    if (b > FASCIA_TO) {
      Surface.set(rgb, wall, 1.1);
    } else if (b > FASCIA_FROM) {
      boolean letters =
          Math.abs(b - 2.95) < 0.17
              && Noise.grain(a, b, 0.12, pixel, seed) > 0.55
              && Noise.white((int) Math.floor(a / 3), 1, seed) > 0.3;
      Surface.set(rgb, shop, 1);
      if (letters) {
        Surface.gray(rgb, shop[0] + shop[1] > 0.8 ? 0.05 : 0.75);
      }
    } else if (b < 0.45 || Math.abs(a / 2.4 - Math.floor(a / 2.4) - 0.5) > 0.46) {
      Surface.set(rgb, shop, 0.7);
    } else {
      int item = Noise.hash((int) Math.floor(a / 0.5), (int) Math.floor(b / 0.6), seed);
      double goods = 0.06 + 0.32 * (item >>> 24 & 0xff) / 255.0 * (item & 1);
      rgb[0] = (float) goods;
      rgb[1] = (float) (goods * (0.6 + 0.6 * (item >>> 8 & 0xff) / 255.0));
      rgb[2] = (float) (goods * (0.6 + 0.6 * (item >>> 16 & 0xff) / 255.0) + 0.03);
    }
  }
}
