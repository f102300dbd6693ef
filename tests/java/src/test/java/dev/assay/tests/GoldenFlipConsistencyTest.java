package dev.assay.tests;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Span;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** flip_consistency against 05_equal_flip. */
class GoldenFlipConsistencyTest {
  private static final String FILE = "05_equal_flip";

  @TempDir Path directory;

  @Test
  void throughTheCommand() throws IOException {
    try (Golden golden = new Golden();
        NpzReader out = Golden.kernel(directory, "flip_consistency", Golden.file(FILE))) {
      check(golden, out, "equal_score_f64", "entropy_sum");
      check(golden, out, "alt_symkl_mean_f64", "symmetric_kl_mean");
      check(golden, out, "alt_js_mean_f64", "jensen_shannon_mean");
      check(golden, out, "alt_entropy_of_mean_f64", "entropy_of_mean");
      check(golden, out, "alt_argmax_disagree_frac", "argmax_disagreement");
    }
  }

  /** A region as large as the image has the image's means, and the two halves of EquAL. */
  @Test
  void throughTheApi() throws IOException {
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session()) {
      NdArray logits = golden.array(FILE, "logits");
      NdArray flipped = golden.array(FILE, "logits_flipped_pass");
      NdArray means = golden.keep(NdArray.allocate("means", ElementType.F4, 4));
      int w = (int) logits.shape(2);
      int h = (int) logits.shape(1);
      try (RegionList whole = RegionList.of(w, h, new int[] {0, 0, 0})) {
        session.flipConsistency(
            Golden.view(logits),
            Golden.view(flipped),
            ScoreKind.LOGITS,
            whole,
            new FlipOutputs()
                .entropyMean(Span.of(means.buffer(), 0, 4))
                .entropyFlippedMean(Span.of(means.buffer(), 4, 4))
                .symmetricKlMean(Span.of(means.buffer(), 8, 4))
                .argmaxDisagreementMean(Span.of(means.buffer(), 12, 4)));
      }
      near(golden, "entropy_mean_f64", means.getDouble(0));
      near(golden, "entropy_mean_flip_f64", means.getDouble(1));
      near(golden, "alt_symkl_mean_f64", means.getDouble(2));
      near(golden, "alt_argmax_disagree_frac", means.getDouble(3));
    }
  }

  private static void check(Golden golden, NpzReader out, String expected, String found)
      throws IOException {
    near(golden, expected, golden.keep(out.read(found)).getDouble(0));
  }

  private static void near(Golden golden, String expected, double found) throws IOException {
    double value = golden.array(FILE, expected).getDouble(0);
    Golden.near(value, found, 1e-5 * value, expected);
  }
}
