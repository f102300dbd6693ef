package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * k_center, through the command, against 06_kcenter120 and 06_kcenter19: every pick. Where an
 * expected order begins with a random pick, that pick counts as labelled.
 */
class GoldenKCenterTest {
  private static final String IMAGES = "06_kcenter120";
  private static final String NINETEEN = "06_kcenter19";

  @TempDir Path directory;

  @Test
  void contextualDiversity() throws IOException {
    try (Golden golden = new Golden()) {
      int[] labelled = ints(golden, IMAGES, "labelled");
      int first = ints(golden, IMAGES, "first_random")[0];
      check(golden, IMAGES, "order_eq2_sum_no_first", labelled, -1, "form=sum");
      check(golden, IMAGES, "order_code_mean_no_first", labelled, -1, "form=mean");
      check(golden, IMAGES, "order_eq2_sum_with_first", labelled, first, "form=sum");
      check(golden, IMAGES, "order_code_mean_peer", labelled, first, "form=mean");
    }
  }

  @Test
  void contextualDiversityWithNothingLabelled() throws IOException {
    try (Golden golden = new Golden()) {
      int[] expected = ints(golden, IMAGES, "order_code_mean_unlabelled_start");
      Found found =
          contextual(golden, IMAGES, new int[0], expected.length, "form=mean", expected[0]);
      assertArrayEquals(expected, found.order);
    }
  }

  @Test
  void nineteenClasses() throws IOException {
    try (Golden golden = new Golden()) {
      int[] labelled = ints(golden, NINETEEN, "labelled");
      int first = ints(golden, NINETEEN, "first_random")[0];
      check(golden, NINETEEN, "order_eq2_sum_with_first", labelled, first, "form=sum");
      check(golden, NINETEEN, "order_code_mean_peer", labelled, first, "form=mean");
    }
  }

  @Test
  void coreset() throws IOException {
    try (Golden golden = new Golden()) {
      int[] labelled = ints(golden, IMAGES, "labelled");
      int[] expected = ints(golden, IMAGES, "euclid_order_global");
      assertArrayEquals(expected, euclidean(golden, labelled, expected.length).order);
    }
  }

  @Test
  void coresetWithNothingLabelled() throws IOException {
    // The expected order counts the unlabelled images alone: the others stay out of the pool.
    try (Golden golden = new Golden()) {
      int[] pool = ints(golden, IMAGES, "euclid_unlabelled_index");
      int[] expected = ints(golden, IMAGES, "euclid_order_empty_labelled_local");
      NdArray all = golden.array(IMAGES, "embedding");
      int columns = (int) all.shape(1);
      float[] rows = new float[pool.length * columns];
      for (int i = 0; i < rows.length; i++) {
        long at = (long) pool[i / columns] * columns + i % columns;
        rows[i] = (float) all.getDouble(at);
      }
      NdArray features = golden.keep(NdArray.floats("features", rows, pool.length, columns));
      assertArrayEquals(
          expected, run(golden, List.of(features), new int[0], expected.length).order);
    }
  }

  private void check(
      Golden golden, String file, String name, int[] labelled, int first, String form)
      throws IOException {
    int[] expected = ints(golden, file, name);
    int[] centres = labelled;
    if (first >= 0) {
      assertEquals(first, expected[0]);
      centres = java.util.Arrays.copyOf(labelled, labelled.length + 1);
      centres[labelled.length] = first;
      expected = java.util.Arrays.copyOfRange(expected, 1, expected.length);
    }
    assertArrayEquals(
        expected, contextual(golden, file, centres, expected.length, form, 0).order, name);
  }

  private Found contextual(
      Golden golden, String file, int[] labelled, int budget, String form, int seedPick)
      throws IOException {
    NdArray mixture = golden.keep(Golden.renamed(golden.array(file, "P"), "mixture"));
    NdArray present = golden.array(file, "present");
    return run(golden, List.of(mixture, present), labelled, budget, form, "seed_pick=" + seedPick);
  }

  private Found euclidean(Golden golden, int[] labelled, int budget) throws IOException {
    NdArray features = golden.keep(Golden.renamed(golden.array(IMAGES, "embedding"), "features"));
    return run(golden, List.of(features), labelled, budget);
  }

  private record Found(int[] order, NdArray radius) {}

  private Found run(
      Golden golden, List<NdArray> points, int[] labelled, int budget, String... settings)
      throws IOException {
    List<NdArray> inputs = new ArrayList<>(points);
    inputs.add(golden.keep(NdArray.ints("labelled", labelled, labelled.length)));
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("budget=" + budget);
    try (NpzReader out = Golden.kernel(directory, "k_center", inputs, all.toArray(String[]::new))) {
      NdArray radius = golden.keep(out.read("radius"));
      for (long i = 1; i < radius.count(); i++) {
        assertTrue(radius.getDouble(i) <= radius.getDouble(i - 1), "the radius grows at " + i);
      }
      return new Found(ints(golden.keep(out.read("order"))), radius);
    }
  }

  private static int[] ints(Golden golden, String file, String name) throws IOException {
    return ints(golden.array(file, name));
  }

  private static int[] ints(NdArray array) {
    int[] values = new int[(int) array.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (int) array.getLong(i);
    }
    return values;
  }
}
