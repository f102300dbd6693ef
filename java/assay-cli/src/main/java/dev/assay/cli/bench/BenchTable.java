package dev.assay.cli.bench;

import dev.assay.format.NdArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The cases, sizes as in the papers' data sets: Cityscapes, CamVid, and one with many classes. */
public final class BenchTable {
  private static final Map<String, String> NO_SETTINGS = Map.of();
  private static final String CITYSCAPES = "19x1024x2048";
  private static final String CAMVID = "11x360x480";
  private static final String ADE = "150x512x512";

  private static final int POINTS = 3000;
  private static final int LABELLED = 300;

  private static final List<BenchCase> CASES = cases();

  private BenchTable() {}

  /** All cases, in the order in which they are shown. */
  public static List<BenchCase> all() {
    return CASES;
  }

  private static List<BenchCase> cases() {
    List<BenchCase> cases = new ArrayList<>();
    for (String shape : List.of(CITYSCAPES, CAMVID, ADE)) {
      add(cases, "pixel_signals", shape, () -> List.of(Synthetic.logits(shape)));
    }
    add(
        cases,
        "region_signals",
        CITYSCAPES,
        () -> Synthetic.logitsAndRegions(CITYSCAPES, 128, 128));
    add(cases, "region_signals", CAMVID, () -> Synthetic.logitsAndRegions(CAMVID, 80, 90));
    add(cases, "region_signals", ADE, () -> Synthetic.logitsAndRegions(ADE, 128, 128));
    for (String shape : List.of(CITYSCAPES, CAMVID)) {
      add(cases, "context_mixture", shape, () -> List.of(Synthetic.logits(shape)));
    }
    add(cases, "bald", "20x" + CAMVID, () -> List.of(Synthetic.logits("20x" + CAMVID)));
    for (String shape : List.of(CITYSCAPES, CAMVID)) {
      add(cases, "flip_consistency", shape, () -> twoPredictions(shape));
    }
    add(cases, "kl_histogram", "480x480 of 12", () -> twoSetsOfCounts(480, 12));
    add(cases, "kl_histogram", "4096x4096 of 20", () -> twoSetsOfCounts(4096, 20));
    Map<String, String> classes = Map.of("classes", "19");
    cases.add(
        new BenchCase("confusion", "uniform labels", classes, () -> Synthetic.labels(19, false)));
    cases.add(
        new BenchCase("confusion", "skewed labels", classes, () -> Synthetic.labels(19, true)));
    add(cases, "context_distance", "1000x1000 of 19x19", BenchTable::twoSetsOfMixtures);
    Map<String, String> budget = Map.of("budget", "150");
    cases.add(
        new BenchCase("k_center", "3000x19x19 300+150", budget, BenchTable::mixturesAndLabelled));
    cases.add(
        new BenchCase("k_center", "3000x2048 300+150", budget, BenchTable::featuresAndLabelled));
    return List.copyOf(cases);
  }

  private static List<NdArray> twoPredictions(String shape) {
    return List.of(
        Synthetic.logits("logits", shape, 1), Synthetic.logits("logits_flipped_pass", shape, 2));
  }

  private static List<NdArray> twoSetsOfCounts(int rows, int columns) {
    return List.of(
        Synthetic.classCounts("candidates", 7, rows, columns),
        Synthetic.classCounts("references", 8, rows, columns));
  }

  private static List<NdArray> twoSetsOfMixtures() {
    List<NdArray> arrays = new ArrayList<>(Synthetic.mixtures("_a", 4, 1000, 19));
    arrays.addAll(Synthetic.mixtures("_b", 5, 1000, 19));
    return arrays;
  }

  private static List<NdArray> mixturesAndLabelled() {
    List<NdArray> arrays = new ArrayList<>(Synthetic.mixtures("", 6, POINTS, 19));
    arrays.add(Synthetic.labelled(LABELLED, POINTS));
    return arrays;
  }

  private static List<NdArray> featuresAndLabelled() {
    return List.of(Synthetic.features(POINTS, 2048), Synthetic.labelled(LABELLED, POINTS));
  }

  private static void add(
      List<BenchCase> cases, String kernel, String shape, Supplier<List<NdArray>> arrays) {
    cases.add(new BenchCase(kernel, shape, NO_SETTINGS, arrays));
  }
}
