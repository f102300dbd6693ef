package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Crops, flips and order against a naive version, and independence of threads and restarts. */
final class BatchLoaderTest {
  private static final int W = 40;
  private static final int H = 30;

  private final List<MemoryItems> opened = new ArrayList<>();

  @AfterEach
  void free() {
    opened.forEach(MemoryItems::close);
    LeakCheck.requireNone();
  }

  /** Pixel (x, y) of item i has the colour (x, y, i) and the label x ^ y, so crops tell. */
  private static final class MemoryItems implements TrainingItems, AutoCloseable {
    final HostBuffer[] rgb;
    final HostBuffer[] labels;
    final Region[] focus;
    final int w;
    final int h;

    MemoryItems(int count, int w, int h) {
      this.w = w;
      this.h = h;
      rgb = new HostBuffer[count];
      labels = new HostBuffer[count];
      focus = new Region[count];
      for (int i = 0; i < count; i++) {
        rgb[i] = HostBuffer.allocate("rgb", 3L * w * h);
        labels[i] = HostBuffer.allocate("labels", (long) w * h);
        for (int p = 0; p < w * h; p++) {
          rgb[i].putByte(3L * p, (byte) (p % w));
          rgb[i].putByte(3L * p + 1, (byte) (p / w));
          rgb[i].putByte(3L * p + 2, (byte) i);
          labels[i].putByte(p, (byte) ((p % w) ^ (p / w)));
        }
      }
    }

    @Override
    public int size() {
      return rgb.length;
    }

    @Override
    public long rgbAddress(int i) {
      return rgb[i].address();
    }

    @Override
    public long labelAddress(int i) {
      return labels[i].address();
    }

    @Override
    public int width(int i) {
      return w;
    }

    @Override
    public int height(int i) {
      return h;
    }

    @Override
    public Region focus(int i) {
      return focus[i];
    }

    @Override
    public void close() {
      for (int i = 0; i < rgb.length; i++) {
        rgb[i].close();
        labels[i].close();
      }
    }
  }

  /** Where a sample came from, read off its colours. */
  private record Origin(int item, int x, int y, boolean mirrored) {}

  private MemoryItems items(int count, int w, int h) {
    MemoryItems items = new MemoryItems(count, w, h);
    opened.add(items);
    return items;
  }

  private static int channel(Batch b, int k, int y, int x, int c) {
    double[] mean = {0.485, 0.456, 0.406};
    double[] std = {0.229, 0.224, 0.225};
    float v = b.images().getFloat((((long) k * b.height() + y) * b.width() + x) * 3 + c);
    double value = (v * std[c] + mean[c]) * 255;
    assertEquals(Math.rint(value), value, 1e-3);
    return (int) Math.rint(value);
  }

  private static int label(Batch b, int k, int y, int x) {
    return b.labels().getByte(((long) k * b.height() + y) * b.width() + x) & 0xff;
  }

  /** Finds the origin from two pixels, then requires every pixel to agree with it. */
  private static Origin requireCrop(Batch b, int k) {
    boolean mirrored = channel(b, k, 0, 0, 0) > channel(b, k, 0, b.width() - 1, 0);
    int left = channel(b, k, 0, mirrored ? b.width() - 1 : 0, 0);
    Origin o = new Origin(channel(b, k, 0, 0, 2), left, channel(b, k, 0, 0, 1), mirrored);
    for (int y = 0; y < b.height(); y++) {
      for (int x = 0; x < b.width(); x++) {
        int sx = o.x() + (mirrored ? b.width() - 1 - x : x);
        assertEquals(sx, channel(b, k, y, x, 0));
        assertEquals(o.y() + y, channel(b, k, y, x, 1));
        assertEquals(o.item(), channel(b, k, y, x, 2));
        assertEquals(sx ^ (o.y() + y), label(b, k, y, x));
      }
    }
    return o;
  }

  private static List<Origin> draw(TrainingItems items, LoaderConfig config, int steps) {
    List<Origin> origins = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(items, config, 0)) {
      for (int s = 0; s < steps; s++) {
        Batch b = loader.next();
        for (int k = 0; k < b.n(); k++) {
          origins.add(requireCrop(b, k));
        }
        loader.recycle(b);
      }
    }
    return origins;
  }

  @Test
  void cropsAndFlipsAreExactAndReachEveryPlace() {
    List<Origin> origins = draw(items(5, W, H), LoaderConfig.flipAndCrop(5, W - 3, H - 2, 1), 400);
    Set<Integer> xs = new TreeSet<>();
    Set<Integer> ys = new TreeSet<>();
    int mirrored = 0;
    for (Origin o : origins) {
      xs.add(o.x());
      ys.add(o.y());
      mirrored += o.mirrored() ? 1 : 0;
    }
    assertEquals(Set.of(0, 1, 2, 3), xs);
    assertEquals(Set.of(0, 1, 2), ys);
    // 2000 fair coins: 1000 +- 5 standard deviations of 22.4
    assertTrue(Math.abs(mirrored - 1000) < 112, "mirrored " + mirrored);
  }

  @Test
  void everyEpochVisitsEachItemOnceInANewOrder() {
    List<Origin> origins = draw(items(7, W, H), LoaderConfig.flipAndCrop(3, 8, 8, 5), 14);
    List<List<Integer>> epochs = new ArrayList<>();
    for (int e = 0; e < 6; e++) {
      List<Integer> epoch = origins.subList(7 * e, 7 * e + 7).stream().map(Origin::item).toList();
      assertEquals(7, Set.copyOf(epoch).size());
      epochs.add(epoch);
    }
    assertTrue(Set.copyOf(epochs).size() > 3, epochs.toString());
    LoaderConfig ordered = new LoaderConfig(3, 8, 8, true, 5, false, 1, 1, 1, 2);
    List<Origin> inOrder = draw(items(7, W, H), ordered, 7);
    for (int p = 0; p < inOrder.size(); p++) {
      assertEquals(p % 7, inOrder.get(p).item());
    }
  }

  @Test
  void cropsContainTheFocusOrLieInIt() {
    MemoryItems items = items(2, W, H);
    items.focus[0] = new Region(0, 20, 10, 6, 5);
    items.focus[1] = new Region(1, 10, 0, 25, 30);
    Set<Integer> xs = new TreeSet<>();
    for (Origin o : draw(items, LoaderConfig.flipAndCrop(4, 12, 10, 2), 200)) {
      if (o.item() == 0) {
        assertTrue(o.x() <= 20 && o.x() + 12 >= 26, o.toString());
        assertTrue(o.y() <= 10 && o.y() + 10 >= 15, o.toString());
        xs.add(o.x());
      } else {
        assertTrue(o.x() >= 10 && o.x() + 12 <= 35, o.toString());
      }
    }
    assertEquals(Set.of(14, 15, 16, 17, 18, 19, 20), xs);
  }

  @Test
  void focusAtTheBorderKeepsCropsInsideTheImage() {
    MemoryItems items = items(1, W, H);
    items.focus[0] = new Region(0, W - 4, H - 3, 4, 3);
    for (Origin o : draw(items, LoaderConfig.flipAndCrop(4, 12, 10, 2), 50)) {
      assertEquals(W - 12, o.x());
      assertEquals(H - 10, o.y());
    }
  }

  @Test
  void smallImagesArePaddedWithIgnore() {
    MemoryItems items = items(1, 6, 5);
    Set<Integer> lefts = new TreeSet<>();
    try (BatchLoader loader = new BatchLoader(items, LoaderConfig.flipAndCrop(1, 9, 7, 3), 0)) {
      for (int s = 0; s < 100; s++) {
        Batch b = loader.next();
        int inside = 0;
        int left = Integer.MAX_VALUE;
        for (int y = 0; y < 7; y++) {
          for (int x = 0; x < 9; x++) {
            if (label(b, 0, y, x) == ClassSet.IGNORE) {
              assertEquals(0f, b.images().getFloat((y * 9L + x) * 3));
            } else {
              assertEquals(channel(b, 0, y, x, 0) ^ channel(b, 0, y, x, 1), label(b, 0, y, x));
              inside++;
              left = Math.min(left, x);
            }
          }
        }
        assertEquals(30, inside);
        lefts.add(left);
        loader.recycle(b);
      }
    }
    assertEquals(Set.of(0, 1, 2, 3), lefts);
  }

  @Test
  void resizingFollowsTheRamp() {
    LoaderConfig config = LoaderConfig.flipAndCrop(1, 16, 16, 4).withScale(2, 2);
    try (BatchLoader loader = new BatchLoader(items(1, W, H), config, 0)) {
      for (int s = 0; s < 50; s++) {
        Batch b = loader.next();
        for (int y = 1; y < 15; y++) {
          for (int x = 2; x < 15; x++) {
            double step = red(b, y, x) - red(b, y, x - 1);
            boolean border = red(b, y, x) < 0.6 || red(b, y, x) > W - 1.6;
            assertTrue(border || Math.abs(Math.abs(step) - 0.5) < 1e-3, "step " + step);
          }
        }
        loader.recycle(b);
      }
    }
  }

  private static double red(Batch b, int y, int x) {
    return (b.images().getFloat(((long) y * b.width() + x) * 3) * 0.229 + 0.485) * 255;
  }

  @Test
  void batchesDependOnNeitherThreadsNorRestarts() {
    MemoryItems items = items(5, W, H);
    LoaderConfig config = LoaderConfig.flipAndCrop(3, 16, 12, 9).withScale(0.7, 1.4);
    List<Long> once = checksums(items, config, 0, 40);
    assertEquals(once, checksums(items, config.withPrefetch(4, 7), 0, 40));
    assertEquals(once.subList(17, 40), checksums(items, config.withPrefetch(2, 2), 17, 23));
    assertEquals(40, Set.copyOf(once).size());
    LoaderConfig other = LoaderConfig.flipAndCrop(3, 16, 12, 10).withScale(0.7, 1.4);
    assertNotEquals(once, checksums(items, other, 0, 40));
  }

  private static List<Long> checksums(
      TrainingItems items, LoaderConfig config, long firstStep, int steps) {
    List<Long> sums = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(items, config, firstStep)) {
      for (int s = 0; s < steps; s++) {
        Batch b = loader.next();
        CRC32C crc = new CRC32C();
        for (HostBuffer buffer : List.of(b.images(), b.labels())) {
          byte[] bytes = new byte[(int) buffer.bytes()];
          buffer.view().getBytes(0, bytes);
          crc.update(bytes);
        }
        sums.add(crc.getValue());
        loader.recycle(b);
      }
    }
    return sums;
  }

  @Test
  void misuseAndFailuresReachTheConsumer() {
    MemoryItems items = items(2, W, H);
    LoaderConfig config = LoaderConfig.flipAndCrop(1, 8, 8, 0).withPrefetch(1, 2);
    try (BatchLoader loader = new BatchLoader(items, config, 0)) {
      Batch first = loader.next();
      loader.next();
      String out = assertThrows(IllegalStateException.class, loader::next).getMessage();
      assertTrue(out.contains("all 2 batches are out"), out);
      loader.recycle(first);
      assertThrows(IllegalArgumentException.class, () -> loader.recycle(first));
      assertSame(first, loader.next());
    }
    items.focus[0] = new Region(0, 0, 0, 1, 1);
    RuntimeException cause = new IllegalStateException("disk gone");
    TrainingItems failing = failing(items, cause);
    try (BatchLoader loader = new BatchLoader(failing, config, 0)) {
      IllegalStateException e = assertThrows(IllegalStateException.class, loader::next);
      assertSame(cause, e.getCause());
      assertTrue(e.getMessage().contains("disk gone"), e.getMessage());
    }
    BatchLoader closed = new BatchLoader(items, config, 0);
    closed.close();
    closed.close();
    assertThrows(IllegalStateException.class, closed::next);
    String none =
        assertThrows(
                IllegalArgumentException.class,
                () -> new BatchLoader(new MemoryItems(0, 1, 1), config, 0))
            .getMessage();
    assertEquals("items.size()=0 must be >= 1", none);
    assertThrows(IllegalArgumentException.class, () -> LoaderConfig.flipAndCrop(0, 8, 8, 0));
  }

  private static TrainingItems failing(MemoryItems items, RuntimeException cause) {
    return new TrainingItems() {
      @Override
      public int size() {
        return 1;
      }

      @Override
      public long rgbAddress(int i) {
        throw cause;
      }

      @Override
      public long labelAddress(int i) {
        return items.labelAddress(i);
      }

      @Override
      public int width(int i) {
        return W;
      }

      @Override
      public int height(int i) {
        return H;
      }

      @Override
      public Region focus(int i) {
        return null;
      }
    };
  }
}
