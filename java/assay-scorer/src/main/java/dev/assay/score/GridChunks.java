package dev.assay.score;

import java.util.ArrayList;
import java.util.List;

/** The regions that tile an image of one size, in lists of at most a chunk; owner of the lists. */
final class GridChunks implements AutoCloseable {
  private final ScoringPlan plan;
  private final int imageWidth;
  private final int imageHeight;
  private final int rows;
  private final long size;
  private final List<RegionList> chunks = new ArrayList<>();
  private RegionList whole;

  GridChunks(ScoringPlan plan, int imageWidth, int imageHeight) {
    this.plan = plan;
    this.imageWidth = imageWidth;
    this.imageHeight = imageHeight;
    this.rows = imageHeight / plan.regionHeight();
    this.size = (long) rows * (imageWidth / plan.regionWidth());
    for (long from = 0; from < size; from += plan.chunk()) {
      chunks.add(regions(from, Math.min(plan.chunk(), size - from)));
    }
  }

  private RegionList regions(long from, long count) {
    int[] nxy = new int[Math.toIntExact(3 * count)];
    for (int i = 0; i < nxy.length; i += 3) {
      long region = from + i / 3;
      nxy[i + 1] = (int) (region / rows) * plan.regionWidth();
      nxy[i + 2] = (int) (region % rows) * plan.regionHeight();
    }
    return RegionList.of(plan.regionWidth(), plan.regionHeight(), nxy);
  }

  /** All of an image's regions in one list, made when first asked for. */
  RegionList whole() {
    if (whole == null) {
      whole = regions(0, size);
    }
    return whole;
  }

  boolean fits(int width, int height) {
    return width == imageWidth && height == imageHeight;
  }

  /** In the order of {@link RegionList#grid}. */
  List<RegionList> chunks() {
    return chunks;
  }

  @Override
  public void close() {
    chunks.forEach(RegionList::close);
    chunks.clear();
    if (whole != null) {
      whole.close();
      whole = null;
    }
  }
}
