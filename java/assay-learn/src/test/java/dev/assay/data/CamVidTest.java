package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real CamVid folder and the published splits, where they are at hand. */
final class CamVidTest {
  @TempDir Path cache;

  @Test
  void packsTheWholeDataSet() throws IOException {
    Path root = SharedData.require("camvid");
    try (DataSet data = DataSets.open(DataSpec.camvid(root, 1, cache))) {
      assertEquals("camvid", data.name());
      assertEquals(367, data.train().size());
      assertEquals(101, data.val().size());
      assertTrue(data.test().size() > 0);
      data.train().requireOneSize();
      assertEquals(480, data.train().width(0));
      assertEquals(360, data.train().height(0));
      requireClassShares(data.train());
      requireSplits(data.train());
    }
  }

  /** Pixel shares of the training masks counted by another program. */
  private static void requireClassShares(ImagePack train) {
    double[] percent = {
      17.538, 24.215, 1.023, 32.960, 4.671, 10.124, 1.221, 1.173, 6.107, 0.666, 0.304
    };
    long[] counts = new long[256];
    for (int i = 0; i < train.size(); i++) {
      DirectBuffer labels = train.labels(i);
      for (int p = 0; p < labels.capacity(); p++) {
        counts[labels.getByte(p) & 0xff]++;
      }
    }
    double labelled = 367.0 * 480 * 360 - counts[ClassSet.IGNORE];
    for (int c = 0; c < percent.length; c++) {
      assertEquals(percent[c], 100 * counts[c] / labelled, 0.001, ClassSet.CAMVID.className(c));
    }
  }

  private static void requireSplits(ImagePack train) throws IOException {
    SplitFile splits = SplitFile.read(SharedData.require("splits/camvid-ralis.json"));
    int[] sizes = {10, 100, 257};
    String[] names = {"d_s", "d_t", "d_v"};
    Set<Integer> seen = new HashSet<>();
    for (int s = 0; s < names.length; s++) {
      int[] indices = splits.indices(names[s], train);
      assertEquals(sizes[s], indices.length);
      for (int i : indices) {
        assertTrue(seen.add(i), names[s] + " shares " + train.id(i));
      }
    }
    assertEquals(367, seen.size());
  }
}
