package dev.assay.experiment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.ClassSet;
import dev.assay.data.DataSet;
import dev.assay.data.ImagePack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RALIS's subsets where nobody published them. */
final class SplitSamplerTest {
  private static final int CLASSES = ClassSet.CAMVID.size();

  @TempDir Path cache;

  @Test
  void subsetsAreDisjointCompleteAndSeeded() throws IOException {
    try (DataSet data = TinyWorld.data(cache)) {
      Roles subsets = new SplitSampler(data.train(), CLASSES, 1).draw(2, 4, 1);
      assertEquals(2, subsets.state().length);
      assertEquals(4, subsets.training().length);
      assertEquals(1, subsets.reward().length);
      BitSet seen = new BitSet();
      for (int[] subset :
          new int[][] {
            subsets.state(), subsets.training(), subsets.reward(), subsets.acquisition()
          }) {
        for (int image : subset) {
          assertFalse(seen.get(image), "image " + image + " is in two subsets");
          seen.set(image);
        }
        assertArrayEquals(Arrays.stream(subset).sorted().toArray(), subset);
      }
      assertEquals(data.train().size(), seen.cardinality());
      Roles again = new SplitSampler(data.train(), CLASSES, 1).draw(2, 4, 1);
      assertArrayEquals(subsets.state(), again.state());
      Roles other = new SplitSampler(data.train(), CLASSES, 2).draw(2, 4, 1);
      assertFalse(Arrays.equals(subsets.acquisition(), other.acquisition()));
    }
  }

  /** No pair of labelled images is closer to all labelled images than the pair that was chosen. */
  @Test
  void stateSetLooksLikeTheLabelledImages() throws IOException {
    try (DataSet data = TinyWorld.data(cache)) {
      ImagePack pack = data.train();
      Roles subsets = new SplitSampler(pack, CLASSES, 5).draw(2, 6, 0);
      int[] labelled = new int[8];
      System.arraycopy(subsets.state(), 0, labelled, 0, 2);
      System.arraycopy(subsets.training(), 0, labelled, 2, 6);
      double[] target = shares(pack, labelled);
      double chosen = divergence(target, shares(pack, subsets.state()));
      for (int a : labelled) {
        for (int b : labelled) {
          if (a < b) {
            assertTrue(chosen <= divergence(target, shares(pack, new int[] {a, b})) + 1e-12);
          }
        }
      }
    }
  }

  private static double[] shares(ImagePack pack, int[] images) {
    double[] shares = new double[CLASSES];
    double total = 0;
    for (int image : images) {
      for (int i = 0; i < pack.labels(image).capacity(); i++) {
        int label = pack.labels(image).getByte(i) & 0xff;
        if (label != ClassSet.IGNORE) {
          shares[label]++;
          total++;
        }
      }
    }
    for (int c = 0; c < CLASSES; c++) {
      shares[c] /= total;
    }
    return shares;
  }

  private static double divergence(double[] target, double[] shares) {
    double sum = 0;
    for (int c = 0; c < CLASSES; c++) {
      if (target[c] > 0) {
        sum += target[c] * Math.log(target[c] / Math.max(shares[c], 1e-6));
      }
    }
    return sum;
  }
}
