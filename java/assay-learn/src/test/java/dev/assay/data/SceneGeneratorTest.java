package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenes are reproducible to the bit, valid, and as long-tailed as the data sets they imitate. */
final class SceneGeneratorTest {
  /** Measured on CamVid's 367 training masks, in % of the labelled pixels. */
  private static final double[] CAMVID_PERCENT = {
    17.54, 24.22, 1.02, 32.96, 4.67, 10.12, 1.22, 1.17, 6.11, 0.67, 0.30
  };

  /** Cityscapes' published training frequencies, in % of the labelled pixels. */
  private static final double[] CITYSCAPES_PERCENT = {
    36.87, 6.08, 22.82, 0.66, 0.88, 1.23, 0.21, 0.55, 15.93, 1.16, 4.02, 1.22, 0.13, 6.99, 0.27,
    0.24, 0.23, 0.10, 0.41
  };

  @TempDir Path folder;

  @Test
  void aSeedGivesTheSameBytesEverywhere() {
    assertEquals(0xaaf006fd, crc(SceneConfig.camvidLike(240, 180, 42), 0));
    assertEquals(0x86da1311, crc(SceneConfig.camvidLike(240, 180, 42), 11));
    assertEquals(0xd2e006e0, crc(SceneConfig.cityscapesLike(256, 128, 42), 3));
  }

  private static int crc(SceneConfig config, int index) {
    DecodedImage scene = new SceneGenerator(config).generate(SceneSource.Split.TRAIN, index);
    return PackFormat.crc(scene.rgb(), scene.labels());
  }

  @Test
  void threadsOrderAndOtherImagesDoNotMatter() {
    SceneConfig config = SceneConfig.camvidLike(160, 120, 3);
    SceneGenerator shared = new SceneGenerator(config);
    int[] parallel =
        IntStream.range(0, 24)
            .parallel()
            .map(
                i -> {
                  DecodedImage scene = shared.generate(SceneSource.Split.TRAIN, 23 - i);
                  return PackFormat.crc(scene.rgb(), scene.labels());
                })
            .toArray();
    int[] alone = IntStream.range(0, 24).map(i -> crc(config, 23 - i)).toArray();
    assertArrayEquals(alone, parallel);
    assertEquals(24, Arrays.stream(alone).distinct().count());
  }

  @Test
  void splitsAndSeedsDiffer() {
    SceneConfig config = SceneConfig.camvidLike(160, 120, 3);
    SceneGenerator generator = new SceneGenerator(config);
    byte[] train = generator.generate(SceneSource.Split.TRAIN, 0).labels();
    byte[] val = generator.generate(SceneSource.Split.VAL, 0).labels();
    byte[] other =
        new SceneGenerator(SceneConfig.camvidLike(160, 120, 4))
            .generate(SceneSource.Split.TRAIN, 0)
            .labels();
    assertFalse(Arrays.equals(train, val));
    assertFalse(Arrays.equals(train, other));
  }

  @Test
  void camvidFrequencies() {
    SceneConfig config = new SceneConfig(ClassSet.CAMVID, 240, 180, 7, 1, 0);
    requireFrequencies(config, CAMVID_PERCENT, 1.35, 1.8, 2, 8);
  }

  @Test
  void cityscapesFrequencies() {
    SceneConfig config = SceneConfig.cityscapesLike(384, 192, 7);
    requireFrequencies(config, CITYSCAPES_PERCENT, 1.45, 3, 2, 8);
  }

  /** Classes of at least 1 % may be off by one factor, rarer ones by another. */
  private static void requireFrequencies(
      SceneConfig config,
      double[] wanted,
      double common,
      double rare,
      double leastVoid,
      double mostVoid) {
    SceneGenerator generator = new SceneGenerator(config);
    long[] counts = new long[256];
    for (int i = 0; i < 300; i++) {
      for (byte label : generator.generate(SceneSource.Split.TRAIN, i).labels()) {
        counts[label & 0xff]++;
      }
    }
    int classes = config.classes().size();
    double labelled = Arrays.stream(counts, 0, classes).sum();
    double all = Arrays.stream(counts).sum();
    assertEquals(all, labelled + counts[ClassSet.IGNORE], "only classes and ignore");
    List<String> off = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      double percent = 100 * counts[c] / labelled;
      String line =
          String.format(
              Locale.ROOT,
              "%-10s %-14s %6.2f %% of the scenes, %6.2f %% of the data set",
              config.classes().name(),
              config.classes().className(c),
              percent,
              wanted[c]);
      System.out.println(line);
      double limit = wanted[c] >= 1 ? common : rare;
      if (percent > wanted[c] * limit || percent < wanted[c] / limit) {
        off.add(line);
      }
    }
    assertTrue(off.isEmpty(), () -> String.join("\n", off));
    double unlabelled = 100 * (all - labelled) / all;
    assertTrue(unlabelled > leastVoid && unlabelled < mostVoid, unlabelled + " % void");
  }

  @Test
  void redundancyDecidesHowAlikeFramesAre() {
    double[] redundancy = {0, 0.5, 0.84, 0.96, 1};
    double[] alike = new double[redundancy.length];
    for (int r = 0; r < redundancy.length; r++) {
      SceneGenerator generator =
          new SceneGenerator(new SceneConfig(ClassSet.CAMVID, 160, 120, 5, 4, redundancy[r]));
      for (int street = 0; street < 12; street++) {
        byte[] before = generator.generate(SceneSource.Split.TRAIN, 4 * street + 1).labels();
        byte[] after = generator.generate(SceneSource.Split.TRAIN, 4 * street + 2).labels();
        alike[r] += share(before, after) / 12;
      }
      System.out.printf(
          Locale.ROOT, "redundancy %.2f: %.3f of the labels stay%n", redundancy[r], alike[r]);
    }
    for (int r = 1; r < redundancy.length; r++) {
      assertTrue(alike[r] > alike[r - 1] + 0.015, Arrays.toString(alike));
    }
    assertTrue(alike[0] < 0.8 && alike[4] > 0.95, Arrays.toString(alike));
  }

  private static double share(byte[] a, byte[] b) {
    return IntStream.range(0, a.length).filter(p -> a[p] == b[p]).count() / (double) a.length;
  }

  @Test
  void anySizeWorks() {
    for (int[] size : new int[][] {{32, 32}, {33, 71}, {640, 100}, {100, 640}}) {
      SceneConfig config = SceneConfig.cityscapesLike(size[0], size[1], 1);
      DecodedImage scene = new SceneGenerator(config).generate(SceneSource.Split.TEST, 5);
      assertEquals(size[0], scene.width());
      assertEquals(size[1], scene.height());
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> SceneConfig.camvidLike(31, 32, 1));
    assertEquals("width=31 must be in [32, 8192]", e.getMessage());
    e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new SceneConfig(ClassSet.CAMVID, 64, 64, 0, 1, 1.5));
    assertEquals("redundancy=1.5 must be in [0, 1]", e.getMessage());
  }

  @Test
  void writtenScenesReadBackTheSame() throws IOException {
    for (SceneConfig config :
        List.of(SceneConfig.camvidLike(64, 48, 9), SceneConfig.cityscapesLike(64, 48, 9))) {
      Path root = folder.resolve(config.classes().name());
      SceneWriter.write(config, 3, 2, 1, root, Progress.NONE);
      SceneSource scenes = new SceneSource(config, SceneSource.Split.TRAIN, 3);
      PairedImages files = CamVidLayout.open(root, "train", config.classes());
      assertEquals(3, files.size());
      for (int i = 0; i < 3; i++) {
        assertEquals(scenes.id(i), files.id(i));
        assertArrayEquals(scenes.decode(i).rgb(), files.decode(i).rgb());
        assertArrayEquals(scenes.decode(i).labels(), files.decode(i).labels());
      }
      BadDataException e =
          assertThrows(
              BadDataException.class,
              () -> SceneWriter.write(config, 3, 2, 1, root, Progress.NONE));
      assertTrue(e.getMessage().contains(root + ": found a folder with files"), e.getMessage());
    }
  }

  @Test
  void opensAsADataSet() throws IOException {
    SceneConfig config = SceneConfig.camvidLike(64, 48, 9);
    List<String> steps = new ArrayList<>();
    DataSpec spec = DataSpec.synthetic(config, 9, 2, 3, folder.resolve("cache"));
    try (DataSet data =
        DataSets.open(spec, (what, done, total) -> steps.add(what + " " + done + "/" + total))) {
      assertEquals("synthetic camvid", data.name());
      assertEquals(9, data.train().size());
      assertEquals(2, data.val().size());
      assertEquals(3, data.test().size());
      assertEquals("train-0001-000.png", data.train().id(8));
      data.train().requireOneSize();
      assertEquals(14, steps.size());
      assertEquals("packing synthetic test 3/3", steps.get(13));
    }
    DataSets.open(spec, (what, done, total) -> steps.add(what)).close();
    assertEquals(14, steps.size(), "the second time nothing is packed");

    Path root = folder.resolve("files");
    SceneWriter.write(config, 2, 2, 1, root, Progress.NONE);
    Path cache = folder.resolve("cache");
    try (DataSet data = DataSets.open(DataSpec.camvid(root, 1, cache))) {
      assertEquals(ClassSet.CAMVID, data.classes());
      assertEquals(2, data.train().size());
    }
    Files.delete(root.resolve("testannot/test-0000-000.png"));
    assertThrows(BadDataException.class, () -> DataSets.open(DataSpec.camvid(root, 1, cache)));
  }
}
