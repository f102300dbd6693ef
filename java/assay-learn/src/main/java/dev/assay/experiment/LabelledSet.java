package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.ImagePack;
import dev.assay.data.Region;
import dev.assay.data.TrainingItems;
import dev.assay.memory.HostBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.UnsafeApi;

/**
 * The labels an experiment has bought: for each image with at least one labelled region a plane u8
 * [height, width] that is {@link ClassSet#IGNORE} everywhere else. Owner of the planes. Changed by
 * {@link Oracle} only, and never while a loader reads {@link #items}.
 */
final class LabelledSet implements AutoCloseable {
  private final ImagePack pack;
  private final RegionGrid grid;
  private final BitSet taken = new BitSet();
  private final List<Region> regions = new ArrayList<>();
  private final Map<Integer, HostBuffer> planes = new TreeMap<>();
  private long labelledPixels;

  LabelledSet(ImagePack pack, RegionGrid grid) {
    this.pack = pack;
    this.grid = grid;
  }

  RegionGrid grid() {
    return grid;
  }

  /** Number of labelled regions. */
  int size() {
    return regions.size();
  }

  /** Pixels in them that carry a class. */
  long labelledPixels() {
    return labelledPixels;
  }

  boolean contains(int image, int region) {
    return taken.get(index(image, region));
  }

  /** Labelled regions of one image. */
  int countIn(int image) {
    return taken.get(index(image, 0), index(image, 0) + grid.perImage()).cardinality();
  }

  /** The plane of an image into which the oracle writes; marks the region as labelled. */
  HostBuffer take(int image, int region, long pixels) {
    taken.set(index(image, region));
    regions.add(new Region(image, grid.x(region), grid.y(region), grid.width(), grid.height()));
    labelledPixels += pixels;
    return planes.computeIfAbsent(image, this::emptyPlane);
  }

  /**
   * What training sees: one item per labelled region, whose crops contain it, after {@code whole}
   * fully labelled images.
   */
  TrainingItems items(int[] whole) {
    return new Items(whole, 0);
  }

  /** The last {@code count} regions that were labelled. */
  TrainingItems newest(int count) {
    return new Items(new int[0], regions.size() - count);
  }

  private HostBuffer emptyPlane(int image) {
    HostBuffer plane = HostBuffer.allocate("labels of " + pack.id(image), pixels(image));
    UnsafeApi.setMemory(plane.address(), plane.bytes(), (byte) ClassSet.IGNORE);
    return plane;
  }

  private long pixels(int image) {
    return (long) pack.width(image) * pack.height(image);
  }

  private int index(int image, int region) {
    return Math.addExact(Math.multiplyExact(image, grid.perImage()), region);
  }

  @Override
  public void close() {
    planes.values().forEach(HostBuffer::close);
    planes.clear();
  }

  private final class Items implements TrainingItems {
    private final int[] whole;
    private final int first;

    Items(int[] whole, int first) {
      this.whole = whole;
      this.first = first;
    }

    private Region region(int i) {
      return regions.get(first + i - whole.length);
    }

    private int image(int i) {
      return i < whole.length ? whole[i] : region(i).image();
    }

    @Override
    public int size() {
      return whole.length + regions.size() - first;
    }

    @Override
    public long rgbAddress(int i) {
      return pack.rgbAddress(image(i));
    }

    @Override
    public long labelAddress(int i) {
      return i < whole.length ? pack.labelAddress(whole[i]) : planes.get(image(i)).address();
    }

    @Override
    public int width(int i) {
      return pack.width(image(i));
    }

    @Override
    public int height(int i) {
      return pack.height(image(i));
    }

    @Override
    public Region focus(int i) {
      return i < whole.length ? null : region(i);
    }
  }
}
