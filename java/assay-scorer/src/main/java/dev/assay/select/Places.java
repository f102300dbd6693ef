package dev.assay.select;

import dev.assay.score.Column;

/** What names the candidates: image, and place within it. */
abstract class Places {
  abstract int size();

  abstract int image(int i);

  abstract long place(int i);

  abstract int region(int i);

  abstract String describe(int i);

  /** Regions by their number in the image's grid. */
  static final class Numbered extends Places {
    private final int[] images;
    private final int[] regions;

    Numbered(int[] images, int[] regions) {
      if (images.length != regions.length) {
        throw new IllegalArgumentException(
            "regions.length=" + regions.length + " must equal images.length=" + images.length);
      }
      this.images = images;
      this.regions = regions;
    }

    @Override
    int size() {
      return images.length;
    }

    @Override
    int image(int i) {
      return images[i];
    }

    @Override
    long place(int i) {
      return regions[i];
    }

    @Override
    int region(int i) {
      return regions[i];
    }

    @Override
    String describe(int i) {
      return "region " + regions[i];
    }
  }

  /** Regions by their upper-left corner. */
  static final class Corners extends Places {
    private final Column image;
    private final Column x;
    private final Column y;
    private final Candidates.RegionSize size;

    Corners(Column image, Column x, Column y, Candidates.RegionSize size) {
      if (x.rows() != image.rows() || y.rows() != image.rows()) {
        throw new IllegalArgumentException(
            x + " and " + y + " must have as many regions as " + image);
      }
      this.image = image;
      this.x = x;
      this.y = y;
      this.size = size;
    }

    @Override
    int size() {
      return image.rows();
    }

    @Override
    int image(int i) {
      return image.getInt(i, 0);
    }

    int x(int i) {
      return x.getInt(i, 0);
    }

    int y(int i) {
      return y.getInt(i, 0);
    }

    Candidates.RegionSize regionSize() {
      if (size == null) {
        throw new IllegalArgumentException(
            "the regions' width and height are not known; an IoU needs them");
      }
      return size;
    }

    @Override
    long place(int i) {
      return ((long) x(i) << 32) | (y(i) & 0xffffffffL);
    }

    @Override
    int region(int i) {
      throw new IllegalStateException(
          "candidate " + i + " goes by its corner (" + x(i) + ", " + y(i) + "), not by a number");
    }

    @Override
    String describe(int i) {
      return "region at x=" + x(i) + " y=" + y(i);
    }
  }
}
