package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.ClassDistributions;
import dev.assay.score.Engine;
import dev.assay.score.RalisFeatures;
import dev.assay.score.RalisLayout;
import dev.assay.score.RalisLayout.Reading;
import dev.assay.score.RalisState;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The state of 04_compute_state_e2e from its logits. */
class GoldenRalisStateTest {
  private static final String FILE = "04_compute_state_e2e";
  private static final int CLASSES = 11;
  private static final int WIDTH = 80;
  private static final int HEIGHT = 90;

  /** The whole step: state image in grid order, candidates in two batches, KL to both sets. */
  @Test
  void wholeStep() throws IOException {
    RalisLayout layout = new RalisLayout(CLASSES, Reading.PUBLISHED_CODE);
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session();
        RalisState state = new RalisState(session, layout)) {
      NdArray subset = golden.array(FILE, "subset_f64");
      NdArray pool = golden.array(FILE, "pool_f64");
      assertEquals(subset.shape(1), layout.stateWidth());
      assertEquals(pool.shape(2), layout.actionWidth());
      NdArray[] found = step(golden, state, layout);
      int counts = layout.classCounts().end();
      for (long i = 0; i < found[0].count(); i++) {
        value(subset, i, found[0], i % layout.stateWidth() < counts);
      }
      for (long i = 0; i < found[1].count(); i++) {
        long column = i % layout.actionWidth();
        if (column < layout.stateWidth()) {
          value(pool, i, found[1], column < counts);
        }
      }
      NdArray labelled = golden.array(FILE, "lab_dist");
      histograms(pool, found[1], layout, layout.labelledKl(), labelled.shape(0));
      histograms(pool, found[1], layout, layout.poolKl(), found[1].shape(0));
    }
  }

  /** Shares of the counts and no void; everything behind moves by one column. */
  @Test
  void paperReading() throws IOException {
    RalisLayout code = new RalisLayout(CLASSES, Reading.PUBLISHED_CODE);
    RalisLayout paper = new RalisLayout(CLASSES, Reading.PAPER);
    try (Golden golden = new Golden();
        Engine engine = Engine.cpu(2);
        Session session = engine.session();
        RalisState first = new RalisState(session, code);
        RalisState second = new RalisState(session, paper)) {
      NdArray[] raw = step(golden, first, code);
      NdArray[] shares = step(golden, second, paper);
      for (int matrix = 0; matrix < 2; matrix++) {
        long rows = raw[matrix].shape(0);
        long width = raw[matrix].shape(1);
        assertEquals(width - 1, shares[matrix].shape(1));
        for (long i = 0; i < rows * width; i++) {
          long row = i / width;
          long column = i % width;
          double expected = raw[matrix].getDouble(i);
          if (column < CLASSES) {
            double count = expected < 0.5 ? 0 : expected;
            double share = shares[matrix].getDouble(row * (width - 1) + column);
            assertEquals((float) (count / (WIDTH * HEIGHT)), (float) share);
          } else if (column > CLASSES) {
            assertEquals(expected, shares[matrix].getDouble(row * (width - 1) + column - 1));
          }
        }
      }
    }
  }

  /** State rows and action rows of the step. */
  private static NdArray[] step(Golden golden, RalisState state, RalisLayout layout)
      throws IOException {
    NdArray stateLogits = golden.fullLogits(golden.array(FILE, "state_image").getText(0));
    NdArray poolLogits = golden.fullLogits(golden.array(FILE, "candidate_image").getText(0));
    NdArray candidates = golden.array(FILE, "region_candidates");
    NdArray labelled = golden.array(FILE, "lab_dist");
    int count = (int) (candidates.count() / 3);
    int head = count / 3;
    int[] nxy = new int[3 * count];
    for (int i = 0; i < nxy.length; i++) {
      nxy[i] = i % 3 == 0 ? 0 : (int) candidates.getLong(i);
    }
    int[] firstBatch = Arrays.copyOf(nxy, 3 * head);
    int[] secondBatch = Arrays.copyOfRange(nxy, 3 * head, nxy.length);
    int stateHeight = (int) stateLogits.shape(1);
    int stateWidth = (int) stateLogits.shape(2);
    try (RegionList grid = RegionList.grid(1, stateWidth, stateHeight, WIDTH, HEIGHT);
        RegionList first = RegionList.of(WIDTH, HEIGHT, firstBatch);
        RegionList second = RegionList.of(WIDTH, HEIGHT, secondBatch)) {
      NdArray states = rows(golden, grid.size(), layout.stateWidth());
      NdArray actions = rows(golden, count, layout.actionWidth());
      state.begin(states.span(), actions.span());
      state.addCandidates(Golden.view(poolLogits), first);
      state.addStateRegions(Golden.view(stateLogits), grid);
      state.addCandidates(Golden.view(poolLogits), second);
      assertEquals(count, state.candidates());
      assertEquals(grid.size(), state.stateRegions());
      state.finish(
          new ClassDistributions(
              labelled.span(),
              ClassDistributions.Type.F64,
              labelled.shape(0),
              CLASSES + 1,
              RalisFeatures.ABSENT_CLASS));
      return new NdArray[] {states, actions};
    }
  }

  private static NdArray rows(Golden golden, long count, long width) {
    return golden.keep(NdArray.allocate("rows", ElementType.F4, count, width));
  }

  private static void value(NdArray expected, long i, NdArray found, boolean exact) {
    double value = expected.getDouble(i);
    if (exact) {
      assertEquals((float) value, (float) found.getDouble(i), expected.name() + "[" + i + "]");
    } else {
      Golden.near(value, found.getDouble(i), 1e-5, expected.name() + "[" + i + "]");
    }
  }

  /** The file does not say how close scores are to edges: two may move by rounding. */
  private static void histograms(
      NdArray expected, NdArray found, RalisLayout layout, RalisLayout.Part part, long scores) {
    for (long row = 0; row < found.shape(0); row++) {
      double moved = 0;
      for (int column = part.from(); column < part.end(); column++) {
        long i = row * layout.actionWidth() + column;
        moved += Math.abs(expected.getDouble(i) - found.getDouble(i)) * scores / 2;
      }
      assertTrue(moved < 2.001, "row " + row + ": " + moved + " scores moved");
    }
  }
}
