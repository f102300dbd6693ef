package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.ImagePack;
import dev.assay.select.RandomKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassSharesTest {
  private static final int CLASSES = ClassSet.CAMVID.size();

  @TempDir Path cache;

  private static double divergence(double[] wanted, double[] shares) {
    double sum = 0;
    for (int c = 0; c < wanted.length; c++) {
      sum += wanted[c] > 0 ? wanted[c] * Math.log(wanted[c] / Math.max(shares[c], 1e-6)) : 0;
    }
    return sum;
  }

  @Test
  void balancedMeansEqualAmongThePresent() throws IOException {
    try (DataSet data = TinyWorld.data(cache)) {
      ClassShares shares = new ClassShares(data.train(), new int[] {0, 1}, CLASSES);
      double[] all = shares.ofAll();
      double[] balanced = shares.balanced();
      assertEquals(1, Arrays.stream(all).sum(), 1e-12);
      assertEquals(1, Arrays.stream(balanced).sum(), 1e-12);
      for (int c = 0; c < CLASSES; c++) {
        assertEquals(all[c] > 0, balanced[c] > 0, "class " + c);
      }
    }
  }

  /** With few pairs all of them are drawn, so the closest one is found. */
  @Test
  void noPairIsMoreBalancedThanTheChosen() throws IOException {
    try (DataSet data = TinyWorld.data(cache)) {
      ImagePack pack = data.train();
      int[] images = {1, 3, 4, 6, 7};
      ClassShares shares = new ClassShares(pack, images, CLASSES);
      double[] balanced = shares.balanced();
      int[] chosen = shares.closest(2, balanced, new RandomKeys(1, 0));
      assertArrayEquals(chosen, shares.closest(2, balanced, new RandomKeys(1, 0)));
      double found = divergence(balanced, new ClassShares(pack, chosen, CLASSES).ofAll());
      for (int a : images) {
        for (int b : images) {
          if (a < b) {
            double[] other = new ClassShares(pack, new int[] {a, b}, CLASSES).ofAll();
            assertTrue(found <= divergence(balanced, other) + 1e-12, a + ", " + b);
          }
        }
      }
    }
  }

  @Test
  void balancedRewardsNeedANumberOfImages() {
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> TinyWorld.config("policy.reward_choice=class_balanced"));
    assertTrue(refused.getMessage().contains("policy.reward_images=N"), refused.getMessage());
  }

  @Test
  void rewardsAreMeasuredOnBalancedImages() throws IOException {
    List<String> overrides = new ArrayList<>(TinyWorld.RALIS);
    overrides.addAll(
        List.of(
            "data.reward_images=0",
            "policy.reward_images=1",
            "policy.reward_choice=class_balanced"));
    ExperimentConfig config = TinyWorld.config(overrides.toArray(new String[0]));
    try (Workbench bench = TinyWorld.open(config, cache)) {
      ImageList all = bench.reward();
      ClassShares shares = new ClassShares(all.pack(), all.images(), CLASSES);
      int[] expected =
          shares.closest(1, shares.balanced(), new RandomKeys(config.data().seed(), 0));
      assertTrue(all.images().length > 1);
      assertArrayEquals(expected, bench.rewarded().images());
    }
  }
}
