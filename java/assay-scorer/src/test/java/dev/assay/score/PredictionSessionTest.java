package dev.assay.score;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** bald and flipConsistency through a session: what they hand out, and what they refuse. */
class PredictionSessionTest {
  private static final int N = 3;
  private static final int C = 4;
  private static final int H = 6;
  private static final int W = 10;
  private static final int PIXELS = H * W;

  private final Engine engine = Engine.cpu(2);
  private final Session session = engine.session();
  private final HostBuffer scores = HostBuffer.floats("scores", (long) N * C * PIXELS);
  private final HostBuffer results = HostBuffer.floats("results", (long) (C + 3) * PIXELS);
  private final TensorView view = TensorView.nchw(scores.address(), DType.F32, N, C, H, W);

  @AfterEach
  void close() {
    session.close();
    engine.close();
    scores.close();
    results.close();
  }

  /** Every image or pass is sure of its own class. */
  private void sureOfDifferentClasses() {
    for (int n = 0; n < N; n++) {
      for (int c = 0; c < C; c++) {
        for (int i = 0; i < PIXELS; i++) {
          scores.putFloat(((long) n * C + c) * PIXELS + i, c == n ? 80 : 0);
        }
      }
    }
  }

  private Span floats(long first, long count) {
    return Span.of(results, 4 * first, 4 * count);
  }

  private PassSums sums() {
    return new PassSums(floats(0, (long) C * PIXELS), floats((long) C * PIXELS, PIXELS));
  }

  @Test
  void sureAndDifferentPassesHaveTheLogarithmOfTheirNumber() {
    sureOfDifferentClasses();
    long first = (long) (C + 1) * PIXELS;
    try (RegionList regions = RegionList.of(4, 5, new int[] {0, 6, 1})) {
      BaldOutputs outputs =
          new BaldOutputs()
              .mutualInformation(floats(first, PIXELS))
              .mutualInformationMean(floats(first + PIXELS, 1));
      for (int pass = 0; pass < N; pass++) {
        session.bald(view.images(pass, 1), ScoreKind.LOGITS, sums(), pass, regions, outputs);
        assertEquals(Math.log(pass + 1), results.getFloat(first + 7), 1e-6);
        assertEquals(Math.log(pass + 1), results.getFloat(first + PIXELS), 1e-6);
      }
    }
  }

  @Test
  void aSpoiltPassIsRememberedAcrossCalls() {
    sureOfDifferentClasses();
    scores.putFloat((long) (C + 2) * PIXELS + 5, Float.NaN);
    BaldOutputs nothing = new BaldOutputs();
    session.bald(view.images(0, 1), ScoreKind.LOGITS, sums(), 0, null, nothing);
    for (int pass = 1; pass < N; pass++) {
      TensorView next = view.images(pass, 1);
      int before = pass;
      NanScoresException e =
          assertThrows(
              NanScoresException.class,
              () -> session.bald(next, ScoreKind.LOGITS, sums(), before, null, nothing));
      assertEquals(1, e.pixels());
    }
  }

  @Test
  void aNanInOneOfTwoPredictionsNamesItsImage() {
    sureOfDifferentClasses();
    FlipOutputs outputs = new FlipOutputs().argmaxDisagreementMean(floats(0, 1));
    try (RegionList regions = RegionList.of(W, H, new int[] {1, 0, 0});
        HostBuffer others = HostBuffer.floats("others", (long) N * C * PIXELS)) {
      TensorView flipped = TensorView.nchw(others.address(), DType.F32, N, C, H, W);
      session.flipConsistency(view, flipped, ScoreKind.LOGITS, regions, outputs);
      assertEquals(1.0f, results.getFloat(0), 0);
      others.putFloat(2L * C * PIXELS + 3, Float.NaN);
      NanScoresException e =
          assertThrows(
              NanScoresException.class,
              () -> session.flipConsistency(view, flipped, ScoreKind.LOGITS, regions, outputs));
      assertEquals(2, e.image());
      assertEquals(1, e.pixels());
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Span sum = floats(0, PIXELS);
    refused("must both be given", () -> new PassSums(null, sum));
    refused("passes_before=2 must be 0", () -> bald(PassSums.NONE, 2, new BaldOutputs()));
    refused("probability_sum", () -> bald(new PassSums(sum, sum), 0, new BaldOutputs()));
    refused(
        "mutual_information",
        () -> bald(PassSums.NONE, 0, new BaldOutputs().mutualInformation(floats(0, 5))));
    TensorView narrow = TensorView.nchw(scores.address(), DType.F32, N, C, H, W - 1);
    refused(
        "must have the shape and dtype",
        () -> session.flipConsistency(view, narrow, ScoreKind.LOGITS, null, new FlipOutputs()));
    try (RegionList outside = RegionList.of(4, 5, new int[] {0, 7, 1});
        RegionList secondImage = RegionList.of(4, 5, new int[] {1, 0, 0});
        RegionList large = RegionList.of(4, H + 1, new int[] {0, 0, 0})) {
      refused("must lie inside the image", () -> bald(outside));
      refused("image 1 must be in [0, n=1)", () -> bald(secondImage));
      refused("region_h=7", () -> bald(large));
    }
  }

  private void bald(PassSums sums, long passesBefore, BaldOutputs outputs) {
    session.bald(view, ScoreKind.LOGITS, sums, passesBefore, null, outputs);
  }

  private void bald(RegionList regions) {
    session.bald(view, ScoreKind.LOGITS, PassSums.NONE, 0, regions, new BaldOutputs());
  }

  private static void refused(String text, Runnable call) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, call::run);
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
