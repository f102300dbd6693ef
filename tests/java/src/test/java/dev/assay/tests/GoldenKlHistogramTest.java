package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.memory.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kl_histogram against 03_histogram_rule, 03_kl_hist and the KL columns of 03_state_full. */
class GoldenKlHistogramTest {
  private static final String FILE = "03_kl_hist";
  private static final String STATE = "03_state_full";
  private static final int BINS = KlHistogram.BINS;
  private static final int CLASSES = 12;
  private static final int STATE_WIDTH = CLASSES + 3 * 64;

  @TempDir Path directory;

  /** What one call wrote. */
  private record Result(NdArray histogram, NdArray min, NdArray max, NdArray kl) {}

  private static Result run(
      Golden golden, ClassDistributions candidates, ClassDistributions references) {
    long m = candidates.count();
    long count = references == null ? m : references.count();
    Result r =
        new Result(
            golden.keep(NdArray.allocate("histogram", ElementType.F4, m, BINS)),
            golden.keep(NdArray.allocate("kl_min", ElementType.F8, m)),
            golden.keep(NdArray.allocate("kl_max", ElementType.F8, m)),
            golden.keep(NdArray.allocate("kl", ElementType.F8, m, count)));
    try (KlHistogram kernel = new KlHistogram()) {
      kernel.run(
          Exec.cpu(2),
          candidates,
          references,
          new KlOutputs(r.histogram.span(), r.min.span(), r.max.span(), r.kl.span()));
    }
    return r;
  }

  private static ClassDistributions rows(NdArray array, long count) {
    Span all = array.span();
    int classes = (int) array.shape(1);
    long bytes = count * classes * array.elementBytes();
    ClassDistributions.Type type =
        array.type() == ElementType.F8 ? ClassDistributions.Type.F64 : ClassDistributions.Type.I32;
    return new ClassDistributions(
        new Span(all.address(), bytes, all.owner()), type, count, classes, 1e-7);
  }

  /**
   * Each row is exact, or, where a score lies within {@code margin} bin widths below 1e-4 of an
   * edge, at most two scores are in a neighbouring bin.
   */
  private static void near(
      NdArray expected, long from, long stride, NdArray found, NdArray margin, long scores) {
    for (long i = 0; i < found.shape(0); i++) {
      double moved = 0;
      for (int b = 0; b < BINS; b++) {
        double difference =
            expected.getDouble(from + i * stride + b) - found.getDouble(i * BINS + b);
        moved += Math.abs(difference) * scores / 2;
      }
      boolean close = margin == null || margin.getDouble(i) < 1e-4;
      double most = close ? 2.001 : 1e-3;
      double wrong = moved;
      long row = i;
      assertTrue(
          moved <= most, () -> expected.name() + "[" + row + "]: " + wrong + " scores moved");
    }
  }

  /** The labelled sets of each size that the file has. */
  private static List<Integer> sizes() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    try (NpzReader npz = NpzReader.open(Golden.file(FILE))) {
      for (String name : npz.names()) {
        if (name.startsWith("hist_lab_") && name.endsWith("_canonical")) {
          sizes.add(Integer.parseInt(name.split("_", -1)[2]));
        }
      }
    }
    assertTrue(sizes.size() >= 4, sizes + " must hold at least four sizes");
    return sizes;
  }

  @Test
  void againstLabelledSets() throws IOException {
    for (int size : sizes()) {
      try (Golden golden = new Golden()) {
        NdArray expected = golden.array(FILE, "hist_lab_" + size + "_canonical");
        NdArray candidates = golden.array(FILE, "cand_hist");
        NdArray labelled = golden.array(FILE, "lab_dist");
        NdArray margin = size == 0 ? null : golden.array(FILE, "edge_margin_lab_" + size);
        Result result = run(golden, rows(candidates, candidates.shape(0)), rows(labelled, size));
        near(expected, 0, BINS, result.histogram, margin, size);
      }
    }
  }

  @Test
  void scoresOfSingleRows() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray candidates = golden.array(FILE, "cand_hist");
      NdArray labelled = golden.array(FILE, "lab_dist");
      NdArray which = golden.array(FILE, "kl_pool_rows");
      ClassDistributions pool = rows(candidates, candidates.shape(0));
      NdArray among = run(golden, pool, null).kl;
      NdArray to = run(golden, pool, rows(labelled, labelled.shape(0))).kl;
      rowsNear(golden.array(FILE, "kl_pool_f64"), among, which);
      rowsNear(golden.array(FILE, "kl_lab_f64"), to, which);
    }
  }

  private static void rowsNear(NdArray expected, NdArray found, NdArray which) {
    long count = expected.shape(1);
    for (long r = 0; r < which.count(); r++) {
      for (long j = 0; j < count; j++) {
        double score = found.getDouble(which.getLong(r) * count + j);
        Golden.near(
            expected.getDouble(r * count + j), score, 1e-9, expected.name() + "[" + r + "]");
      }
    }
  }

  @Test
  void againstThePoolThroughTheApi() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray candidates = golden.array(FILE, "cand_hist");
      Result result = run(golden, rows(candidates, candidates.shape(0)), null);
      checkPool(golden, result.histogram, result.min, result.max);
    }
  }

  @Test
  void againstThePoolThroughTheCommand() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray candidates =
          golden.keep(Golden.renamed(golden.array(FILE, "cand_hist"), "candidates"));
      try (NpzReader out = Golden.kernel(directory, "kl_histogram", List.of(candidates))) {
        checkPool(
            golden,
            golden.keep(out.read("histogram")),
            golden.keep(out.read("kl_min")),
            golden.keep(out.read("kl_max")));
      }
    }
  }

  private static void checkPool(Golden golden, NdArray histogram, NdArray min, NdArray max)
      throws IOException {
    Golden.near(golden.array(FILE, "pool_min"), min, 1e-9);
    Golden.near(golden.array(FILE, "pool_max"), max, 1e-9);
    NdArray margin = golden.array(FILE, "edge_margin_pool");
    NdArray expected = golden.array(FILE, "hist_pool_f64");
    near(expected, 0, BINS, histogram, margin, histogram.shape(0));
  }

  @Test
  void againstLabelledRegionsThroughTheCommand() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray labelled = golden.array(FILE, "lab_dist");
      long size = labelled.shape(0);
      NdArray expected = golden.array(FILE, "hist_lab_" + size + "_canonical");
      NdArray margin = golden.array(FILE, "edge_margin_lab_" + size);
      List<NdArray> in =
          List.of(
              golden.keep(Golden.renamed(golden.array(FILE, "cand_hist"), "candidates")),
              golden.keep(Golden.renamed(labelled, "references")));
      for (String fill : new String[] {"0", "1e-7"}) {
        try (NpzReader out =
            Golden.kernel(
                directory,
                "kl_histogram",
                in,
                "candidate_fill=" + fill,
                "reference_fill=" + fill)) {
          near(expected, 0, BINS, golden.keep(out.read("histogram")), margin, size);
        }
      }
    }
  }

  /** The histograms that were stored beside the class counts of a whole step. */
  @Test
  void columnsOfAWholeStep() throws IOException {
    try (Golden golden = new Golden()) {
      NdArray pool = golden.array(STATE, "pool");
      NdArray labelled = golden.array(STATE, "labelled_dist");
      long width = pool.shape(2);
      int regions = (int) (pool.count() / width);
      int[] counts = new int[regions * CLASSES];
      for (int i = 0; i < counts.length; i++) {
        counts[i] = (int) Math.round(pool.getDouble(i / CLASSES * width + i % CLASSES));
      }
      NdArray table = golden.keep(NdArray.ints("counts", counts, regions, CLASSES));
      ClassDistributions candidates = rows(table, regions);
      NdArray to = run(golden, candidates, rows(labelled, labelled.shape(0))).histogram;
      near(pool, STATE_WIDTH, width, to, null, labelled.shape(0));
      NdArray among = run(golden, candidates, null).histogram;
      near(pool, STATE_WIDTH + BINS, width, among, null, regions);
    }
  }

  /**
   * Given scores s come about as KL((1, 0) || (e^-s, 1 - e^-s)), up to rounding: the counts below
   * each edge must lie between those for the scores moved by 1e-14 either way.
   */
  @Test
  void histogramRule() throws IOException {
    try (Golden golden = new Golden()) {
      long cases = golden.array("03_histogram_rule", "n").getLong(0);
      for (long i = 0; i < cases; i++) {
        NdArray scores = golden.array("03_histogram_rule", "c" + i + "_scores");
        NdArray counts = golden.array("03_histogram_rule", "c" + i + "_counts_canonical");
        checkRule(golden, "case " + i, scores, counts);
      }
    }
  }

  private static void checkRule(Golden golden, String name, NdArray scores, NdArray counts) {
    int size = (int) scores.count();
    double[] references = new double[2 * size];
    double lo = scores.getDouble(0);
    double hi = lo;
    for (int j = 0; j < size; j++) {
      double score = scores.getDouble(j);
      lo = Math.min(lo, score);
      hi = Math.max(hi, score);
      references[2 * j] = Math.exp(-score);
      references[2 * j + 1] = Math.max(0, -Math.expm1(-score));
    }
    NdArray one = golden.keep(NdArray.doubles("candidate", new double[] {1, 0}, 1, 2));
    NdArray table = golden.keep(NdArray.doubles("references", references, size, 2));
    NdArray found = run(golden, unfilled(one), unfilled(table)).histogram;
    double expected = 0;
    double below = 0;
    for (int b = 0; b < BINS; b++) {
      expected += counts.getDouble(b);
      below += (double) Math.round(found.getDouble(b) * size);
      double edge = lo + (b + 1) * ((hi - lo) / BINS);
      double close = b == BINS - 1 || expected == below ? 0 : near(scores, edge);
      Golden.near(expected, below, close, name + ", scores below edge " + (b + 1));
    }
  }

  private static double near(NdArray scores, double edge) {
    double count = 0;
    for (long j = 0; j < scores.count(); j++) {
      count += Math.abs(scores.getDouble(j) - edge) <= 1e-14 ? 1 : 0;
    }
    return count;
  }

  private static ClassDistributions unfilled(NdArray array) {
    return new ClassDistributions(array.span(), ClassDistributions.Type.F64, array.shape(0), 2, 0);
  }
}
