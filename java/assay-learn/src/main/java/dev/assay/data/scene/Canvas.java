package dev.assay.data.scene;

import java.util.Arrays;

/** Linear colour, kind and depth of every pixel, and the two ways rectangles are projected. */
final class Canvas {
  final Camera camera;
  final Light light;
  final int width;
  final int height;

  /** Linear RGB [height, width, 3]. */
  final float[] colour;

  /** {@link Kind} [height, width]. */
  final short[] kind;

  /** Metres [height, width]. */
  final float[] depth;

  private final float[] rgb = new float[3];

  Canvas(Camera camera, Light light) {
    this.camera = camera;
    this.light = light;
    this.width = camera.width();
    this.height = camera.height();
    this.colour = new float[3 * width * height];
    this.kind = new short[width * height];
    this.depth = new float[width * height];
    Arrays.fill(depth, Float.MAX_VALUE);
  }

  /** Draws an upright rectangle across the street, seen from the front. */
  void facing(
      double zWorld, double x0, double x1, double y0, double y1, float[] tint, Surface surface) {
    double z = zWorld - camera.z();
    if (z < Camera.NEAR) {
      return;
    }
    double scale = camera.f() / z;
    int left = camera.column(camera.cx() + (x0 - camera.x()) * scale);
    int right = camera.column(camera.cx() + (x1 - camera.x()) * scale);
    int top = camera.row(camera.cy() + (camera.y() - y1) * scale);
    int bottom = camera.row(camera.cy() + (camera.y() - y0) * scale);
    double pixel = 1 / scale;
    float haze = light.haze(z);
    for (int y = top; y < bottom; y++) {
      double b = camera.y() - (y + 0.5 - camera.cy()) * pixel;
      for (int x = left; x < right; x++) {
        int p = y * width + x;
        if (depth[p] > z) {
          double a = camera.x() + (x + 0.5 - camera.cx()) * pixel - x0;
          put(p, surface.at(a, b, pixel, rgb), tint, z, haze);
        }
      }
    }
  }

  /** Draws an upright rectangle along the street, at {@code x} metres across. */
  void along(double x, double z0, double z1, double y1, float[] tint, Surface surface) {
    double across = x - camera.x();
    double near = Math.max(Camera.NEAR, z0 - camera.z());
    double far = z1 - camera.z();
    if (far <= near || across == 0) {
      return;
    }
    double nearColumn = camera.cx() + across * camera.f() / near;
    double farColumn = camera.cx() + across * camera.f() / far;
    int right = camera.column(Math.max(nearColumn, farColumn));
    for (int px = camera.column(Math.min(nearColumn, farColumn)); px < right; px++) {
      double z = across * camera.f() / (px + 0.5 - camera.cx());
      double scale = camera.f() / z;
      double pixel = 1 / scale;
      int top = camera.row(camera.cy() + (camera.y() - y1) * scale);
      int bottom = camera.row(camera.cy() + camera.y() * scale);
      float haze = light.haze(z);
      double a = z + camera.z() - z0;
      for (int y = top; y < bottom; y++) {
        int p = y * width + px;
        if (depth[p] > z) {
          double b = camera.y() - (y + 0.5 - camera.cy()) * pixel;
          put(p, surface.at(a, b, pixel, rgb), tint, z, haze);
        }
      }
    }
  }

  /** Draws a level rectangle below the camera, {@code y} metres above the ground. */
  void level(double y, double x0, double x1, double z0, double z1, float[] tint, Surface surface) {
    double below = camera.y() - y;
    double near = Math.max(Camera.NEAR, z0 - camera.z());
    double far = z1 - camera.z();
    if (below <= 0 || far <= near) {
      return;
    }
    int bottom = camera.row(camera.cy() + below * camera.f() / near);
    for (int py = camera.row(camera.cy() + below * camera.f() / far); py < bottom; py++) {
      double z = below * camera.f() / (py + 0.5 - camera.cy());
      double pixel = z / camera.f();
      float haze = light.haze(z);
      int right = camera.column(camera.cx() + (x1 - camera.x()) / pixel);
      for (int x = camera.column(camera.cx() + (x0 - camera.x()) / pixel); x < right; x++) {
        int p = py * width + x;
        if (depth[p] > z) {
          double a = camera.x() + (x + 0.5 - camera.cx()) * pixel - x0;
          put(p, surface.at(a, z + camera.z() - z0, pixel, rgb), tint, z, haze);
        }
      }
    }
  }

  /** Darkens the ground inside an ellipse; {@code dapple} breaks its edge up. */
  void shade(double x, double z, double rx, double rz, double strength, double dapple) {
    double near = Math.max(Camera.NEAR, z - rz - camera.z());
    double far = z + rz - camera.z();
    if (far <= near) {
      return;
    }
    int top = camera.row(camera.cy() + camera.y() * camera.f() / far);
    int bottom = camera.row(camera.cy() + camera.y() * camera.f() / near);
    for (int y = top; y < bottom; y++) {
      double rowZ = camera.y() * camera.f() / (y + 0.5 - camera.cy());
      double pixel = rowZ / camera.f();
      double dz = (rowZ + camera.z() - z) / rz;
      int left = camera.column(camera.cx() + (x - rx - camera.x()) / pixel);
      int right = camera.column(camera.cx() + (x + rx - camera.x()) / pixel);
      for (int px = left; px < right; px++) {
        double worldX = camera.x() + (px + 0.5 - camera.cx()) * pixel;
        double dx = (worldX - x) / rx;
        double inside = 1 - dx * dx - dz * dz;
        if (dapple > 0) {
          inside += dapple * (Noise.cloud(worldX * 0.9, (rowZ + camera.z()) * 0.9) - 0.62) * 2;
        }
        if (inside > 0) {
          double factor = 1 - strength * Math.min(1, inside * 3);
          int p = 3 * (y * width + px);
          colour[p] *= (float) factor;
          colour[p + 1] *= (float) factor;
          colour[p + 2] *= (float) factor;
        }
      }
    }
  }

  private void put(int p, int what, float[] tint, double z, float haze) {
    if (what == Kind.NONE) {
      return;
    }
    if ((what & Kind.SEE_THROUGH) != 0) {
      kind[p] = (short) (what & ~Kind.SEE_THROUGH);
      return;
    }
    set(p, what, rgb, tint, haze);
    depth[p] = (float) z;
  }

  /** Lights and hazes a colour into pixel {@code p}. */
  void set(int p, int what, float[] albedo, float[] tint, float haze) {
    for (int c = 0; c < 3; c++) {
      float lit = albedo[c] * tint[c];
      colour[3 * p + c] = lit + (light.horizon[c] * 0.8f - lit) * haze;
    }
    kind[p] = (short) what;
  }
}
