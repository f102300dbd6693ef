package dev.assay.score;

import java.util.ArrayList;
import java.util.List;

/** The regions that tile an image of one size, in lists of at most a chunk; owner of the lists. */
final class GridChunks implements AutoCloseable {
  private final int imageWidth;
  private final int imageHeight;
  private final List<RegionList> chunks = new ArrayList<>();

  GridChunks(ScoringPlan plan, int imageWidth, int imageHeight) {
    this.imageWidth = imageWidth;
    this.imageHeight = imageHeight;
    int rows = imageHeight / plan.regionHeight();
    long size = (long) rows * (imageWidth / plan.regionWidth());
    for (long from = 0; from < size; from += plan.chunk()) {
      int[] nxy = new int[3 * (int) Math.min(plan.chunk(), size - from)];
      for (int i = 0; i < nxy.length; i += 3) {
        long region = from + i / 3;
        nxy[i + 1] = (int) (region / rows) * plan.regionWidth();
        nxy[i + 2] = (int) (region % rows) * plan.regionHeight();
      }
      chunks.add(RegionList.of(plan.regionWidth(), plan.regionHeight(), nxy));
    }
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
  }
}
