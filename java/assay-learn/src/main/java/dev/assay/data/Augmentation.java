package dev.assay.data;

import org.agrona.UnsafeApi;

/**
 * Random crop, flip and optional resize of one item into one slot of a batch. Every draw is a
 * function of (seed, step, sample); an image smaller than the crop lies anywhere in it, surrounded
 * by zeros (the mean colour) labelled {@link ClassSet#IGNORE}. Stateless and thread-safe.
 */
final class Augmentation {
  private static final int DRAW_X = 1;
  private static final int DRAW_Y = 2;
  private static final int DRAW_FLIP = 3;
  private static final int DRAW_SCALE = 4;
  private static final int DRAWS = 8;

  private final LoaderConfig config;

  Augmentation(LoaderConfig config) {
    this.config = config;
  }

  /** Fills sample {@code k} of the batch of step {@code step} with item {@code i}. */
  void fill(TrainingItems items, int i, long step, int k, Batch batch) {
    double scale = 1;
    if (config.maxScale() > config.minScale() || config.minScale() != 1) {
      double u = CounterRandom.unit(draw(step, k, DRAW_SCALE));
      scale = config.minScale() + u * (config.maxScale() - config.minScale());
    }
    int w = Math.max(1, (int) Math.round(items.width(i) * scale));
    int h = Math.max(1, (int) Math.round(items.height(i) * scale));
    Region focus = items.focus(i);
    int x = origin(w, config.cropW(), draw(step, k, DRAW_X), scale, focus, true);
    int y = origin(h, config.cropH(), draw(step, k, DRAW_Y), scale, focus, false);
    boolean mirrored = config.flip() && (draw(step, k, DRAW_FLIP) & 1) == 1;
    Crop crop = new Crop(items, i, w, h, x, y, mirrored);
    long pixel = (long) k * config.cropW() * config.cropH();
    long image = batch.images().address() + 3 * Float.BYTES * pixel;
    long labels = batch.labels().address() + pixel;
    if (scale == 1) {
      copy(crop, image, labels);
    } else {
      resize(crop, image, labels);
    }
  }

  private record Crop(
      TrainingItems items, int item, int w, int h, int x, int y, boolean mirrored) {}

  private long draw(long step, int k, int what) {
    return CounterRandom.bits(config.seed(), step, (long) k * DRAWS + what);
  }

  /** First pixel of the crop along one axis; negative where the image is padded. */
  private static int origin(
      int size, int crop, long bits, double scale, Region focus, boolean horizontal) {
    int low = Math.min(0, size - crop);
    int high = Math.max(0, size - crop);
    if (focus != null) {
      double from = (horizontal ? focus.x() : focus.y()) * scale;
      double to = from + (horizontal ? focus.w() : focus.h()) * scale;
      int first = clamp((int) Math.floor(from), low, high);
      int last = clamp((int) Math.ceil(to) - crop, low, high);
      low = Math.min(first, last);
      high = Math.max(first, last);
    }
    return low + CounterRandom.below(bits, high - low + 1);
  }

  private static int clamp(int value, int low, int high) {
    return Math.max(low, Math.min(high, value));
  }

  private void copy(Crop c, long image, long labels) {
    int cw = config.cropW();
    int left = Math.max(0, -c.x());
    int right = Math.min(cw, c.w() - c.x());
    int count = right - left;
    int outLeft = c.mirrored() ? cw - right : left;
    long rgb = c.items().rgbAddress(c.item());
    long mask = c.items().labelAddress(c.item());
    for (int y = 0; y < config.cropH(); y++, image += 3L * Float.BYTES * cw, labels += cw) {
      int sy = y + c.y();
      boolean outside = sy < 0 || sy >= c.h();
      if (outside || count < cw) {
        clear(image, labels, cw);
      }
      if (!outside) {
        long from = (long) sy * c.w() + c.x() + left;
        Normalisation.row(rgb + 3 * from, count, c.mirrored(), image + 3L * Float.BYTES * outLeft);
        copyLabels(mask + from, count, c.mirrored(), labels + outLeft);
      }
    }
  }

  private static void clear(long image, long labels, int count) {
    UnsafeApi.setMemory(image, 3L * Float.BYTES * count, (byte) 0);
    UnsafeApi.setMemory(labels, count, (byte) ClassSet.IGNORE);
  }

  private static void copyLabels(long from, int count, boolean mirrored, long out) {
    if (!mirrored) {
      UnsafeApi.copyMemory(from, out, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      UnsafeApi.putByte(out + i, UnsafeApi.getByte(from + count - 1 - i));
    }
  }

  /** Bilinear pixels and nearest labels, pixel centres at half integers. */
  private void resize(Crop c, long image, long labels) {
    int cw = config.cropW();
    int sourceW = c.items().width(c.item());
    int sourceH = c.items().height(c.item());
    long rgb = c.items().rgbAddress(c.item());
    long mask = c.items().labelAddress(c.item());
    for (int y = 0; y < config.cropH(); y++, image += 3L * Float.BYTES * cw, labels += cw) {
      int ry = y + c.y();
      clear(image, labels, cw);
      if (ry < 0 || ry >= c.h()) {
        continue;
      }
      double sy = (ry + 0.5) * sourceH / c.h() - 0.5;
      for (int x = Math.max(0, -c.x()); x < Math.min(cw, c.w() - c.x()); x++) {
        double sx = (x + c.x() + 0.5) * sourceW / c.w() - 0.5;
        int out = c.mirrored() ? cw - 1 - x : x;
        bilinear(rgb, sourceW, sourceH, sx, sy, image + 3L * Float.BYTES * out);
        int nx = clamp((int) Math.floor(sx + 0.5), 0, sourceW - 1);
        int ny = clamp((int) Math.floor(sy + 0.5), 0, sourceH - 1);
        UnsafeApi.putByte(labels + out, UnsafeApi.getByte(mask + (long) ny * sourceW + nx));
      }
    }
  }

  private static void bilinear(long rgb, int w, int h, double sx, double sy, long out) {
    int x0 = clamp((int) Math.floor(sx), 0, w - 1);
    int y0 = clamp((int) Math.floor(sy), 0, h - 1);
    int x1 = Math.min(x0 + 1, w - 1);
    int y1 = Math.min(y0 + 1, h - 1);
    double fx = Math.max(0, Math.min(1, sx - x0));
    double fy = Math.max(0, Math.min(1, sy - y0));
    for (int channel = 0; channel < 3; channel++) {
      double top = at(rgb, w, x0, y0, channel) * (1 - fx) + at(rgb, w, x1, y0, channel) * fx;
      double bottom = at(rgb, w, x0, y1, channel) * (1 - fx) + at(rgb, w, x1, y1, channel) * fx;
      double value = top * (1 - fy) + bottom * fy;
      UnsafeApi.putFloat(out + (long) channel * Float.BYTES, Normalisation.apply(channel, value));
    }
  }

  private static int at(long rgb, int w, int x, int y, int channel) {
    return UnsafeApi.getByte(rgb + 3L * ((long) y * w + x) + channel) & 0xff;
  }
}
