package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.MatrixView;
import dev.assay.select.ContextRewards;
import java.io.IOException;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** The CDAL rewards of a batch of 06_kcenter120's images against 06_cdal_rewards. */
class GoldenContextRewardsTest {
  private static final String FILE = "06_cdal_rewards";
  private static final String IMAGES = "06_kcenter120";

  @Test
  void rewardsOfABatch() throws IOException {
    try (Golden golden = new Golden();
        ContextRewards rewards = new ContextRewards(Exec.cpu(2))) {
      NdArray picks = golden.array(FILE, "picks");
      assertEquals(IMAGES, golden.array(FILE, "case_file").getText(0));
      NdArray mixture = selected(golden, "P", picks);
      NdArray present = selected(golden, "present", picks);
      MixtureView batch =
          new MixtureView(mixture.span(), present.span(), picks.count(), (int) mixture.shape(1));
      double sum = ContextRewards.contextualDiversity(batch, ContextRewards.Pairs.SUM);
      near(golden, "Rcd_eq3", sum);
      double mean = ContextRewards.contextualDiversity(batch, ContextRewards.Pairs.MEAN);
      near(golden, "Rcd_mean_over_pairs", mean);

      double visual =
          rewards.visualRepresentation(
              matrix(golden.array(IMAGES, "embedding")),
              matrix(selected(golden, "embedding", picks)));
      near(golden, "Rvr_eq4", visual);

      double lambda = golden.array(FILE, "lam").getDouble(0);
      double semantic = ContextRewards.semanticRepresentation(pixels(golden, "pixels"), lambda);
      near(golden, "Rsr_eq5", semantic);
      near(
          golden,
          "Rsr_guard1_empty_class",
          ContextRewards.semanticRepresentation(pixels(golden, "pixels_with_empty_class"), lambda));
      near(golden, "alpha", ContextRewards.ALPHA);
      near(golden, "R_alpha075", ContextRewards.total(sum, visual, semantic, ContextRewards.ALPHA));
    }
  }

  private static void near(Golden golden, String name, double found) throws IOException {
    double expected = golden.array(FILE, name).getDouble(0);
    assertTrue(Double.isFinite(found), name);
    Golden.near(expected, found, 1e-5 * Math.abs(expected), name);
  }

  /** The picked images of an array whose first dimension counts images. */
  private static NdArray selected(Golden golden, String name, NdArray picks) throws IOException {
    NdArray all = golden.array(IMAGES, name);
    long[] shape = all.shape();
    long bytes = all.buffer().bytes() / shape[0];
    shape[0] = picks.count();
    NdArray some = golden.keep(NdArray.allocate(name, all.type(), shape));
    for (long i = 0; i < picks.count(); i++) {
      UnsafeApi.copyMemory(
          all.buffer().address() + picks.getLong(i) * bytes,
          some.buffer().address() + i * bytes,
          bytes);
    }
    return some;
  }

  private static MatrixView matrix(NdArray features) {
    assertEquals(ElementType.F4, features.type());
    return MatrixView.dense(features.span(), features.shape(0), features.shape(1));
  }

  private static long[] pixels(Golden golden, String name) throws IOException {
    NdArray array = golden.array(FILE, name);
    long[] values = new long[(int) array.count()];
    for (int c = 0; c < values.length; c++) {
      values[c] = array.getLong(c);
    }
    return values;
  }
}
