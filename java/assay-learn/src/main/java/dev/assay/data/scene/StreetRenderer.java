package dev.assay.data.scene;

import java.util.List;
import java.util.Random;

/** Photographs a street from a car that drives through it. Stateless and thread-safe. */
public final class StreetRenderer {
  private static final double VOID_SHARE = 0.66;
  private static final double FULL_DEPTH = 14;

  private final StreetStyle style;
  private final int width;
  private final int height;

  /** Images of {@code width} x {@code height} pixels in one style. */
  public StreetRenderer(StreetStyle style, int width, int height) {
    this.style = style;
    this.width = width;
    this.height = height;
  }

  /**
   * One frame.
   *
   * @param streetSeed decides the street, the weather and the camera
   * @param drive metres that all frames of the street cover together
   * @param driven metres driven at this frame
   * @param frameSeed decides what changes from frame to frame: noise, exposure, jolts
   * @param rgb receives u8 [height, width, 3]
   * @param kinds receives {@link Kind} u8 [height, width]
   */
  public void render(
      long streetSeed, double drive, double driven, long frameSeed, byte[] rgb, byte[] kinds) {
    Street street = new Street(streetSeed, style, drive, driven);
    Random frame = new Random(frameSeed);
    Canvas canvas =
        new Canvas(camera(new Random(~streetSeed), frame, street, driven), street.light);
    Backdrop.sky(canvas);
    new Ground(street, canvas).draw();
    Backdrop.skyline(canvas, street.seed, style.buildingHeight());
    for (Thing thing : street.things) {
      thing.shade(canvas);
    }
    for (int side = 0; side < 2; side++) {
      plots(street, side, canvas);
    }
    for (Thing thing : street.things) {
      if (thing.z() < driven + Street.AHEAD) {
        thing.draw(canvas);
      }
    }
    byte[] labels = Labels.annotate(canvas, VOID_SHARE, street.seed);
    System.arraycopy(labels, 0, kinds, 0, labels.length);
    System.arraycopy(Photo.develop(canvas, frame), 0, rgb, 0, rgb.length);
  }

  private Camera camera(Random mount, Random frame, Street street, double driven) {
    double x = -street.half * (0.25 + 0.25 * mount.nextDouble());
    double y = 1.35 + 0.5 * mount.nextDouble();
    double f = style.focal() * width * (0.9 + 0.2 * mount.nextDouble());
    double cx = width * (0.5 + 0.24 * (mount.nextDouble() - 0.5));
    double cy = height * (style.horizon() + 0.09 * (mount.nextDouble() - 0.5));
    double jolt = height * 0.008 * (frame.nextDouble() - 0.5);
    double swing = width * 0.01 * (frame.nextDouble() - 0.5);
    return new Camera(x, y, driven, f, cx + swing, cy + jolt, width, height);
  }

  private static void plots(Street street, int side, Canvas canvas) {
    double s = Street.sign(side);
    float[] alongTint = street.light.on(-s, 0, 0);
    float[] facingTint = street.light.on(0, 0, -1);
    List<Plot> plots = street.plots.get(side);
    for (int i = plots.size() - 1; i >= 0; i--) {
      Plot plot = plots.get(i);
      double edge = s * street.frontage(side);
      double front = edge + s * plot.setback();
      if (plot.type() == Plot.Type.HOUSE) {
        double back = front + s * FULL_DEPTH;
        canvas.facing(
            plot.z0(),
            Math.min(front, back),
            Math.max(front, back),
            0,
            plot.height(),
            facingTint,
            plot.front());
        canvas.along(front, plot.z0(), plot.z1(), plot.height(), alongTint, plot.front());
      }
      if (plot.barrier() != null) {
        canvas.along(
            edge + s * 0.05,
            plot.z0(),
            plot.z1(),
            plot.barrier().height,
            alongTint,
            plot.barrier());
      }
    }
  }
}
