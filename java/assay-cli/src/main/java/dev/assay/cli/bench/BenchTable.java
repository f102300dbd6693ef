package dev.assay.cli.bench;

import dev.assay.format.NdArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The cases, sizes as in the papers' data sets: Cityscapes, CamVid, and one with many classes. */
public final class BenchTable {
  private static final Map<String, String> NO_SETTINGS = Map.of();

  private static final List<BenchCase> CASES = new BenchTable(Sizes.PAPERS).cases;
  private static final List<BenchCase> SMALL = new BenchTable(Sizes.SMALL).cases;

  /**
   * Sizes of inputs.
   *
   * @param cityscapes logits [c, h, w]
   * @param cityscapesRegion side of its regions
   * @param camVid logits
   * @param camVidWidth of its regions
   * @param camVidHeight of its regions
   * @param manyClasses logits of many classes
   * @param manyRegion side of their regions
   * @param fewRows class distributions
   * @param manyRows class distributions
   * @param labels pixels of a pair of label maps
   * @param mixtures images of each of two sets
   * @param points to choose centres from
   * @param features of each point
   * @param labelled points at the start
   * @param budget points to choose
   */
  private record Sizes(
      String cityscapes,
      int cityscapesRegion,
      String camVid,
      int camVidWidth,
      int camVidHeight,
      String manyClasses,
      int manyRegion,
      int fewRows,
      int manyRows,
      int labels,
      int mixtures,
      int points,
      int features,
      int labelled,
      int budget) {
    static final Sizes PAPERS =
        new Sizes(
            "19x1024x2048",
            128,
            "11x360x480",
            80,
            90,
            "150x512x512",
            128,
            480,
            4096,
            1024 * 2048,
            1000,
            3000,
            2048,
            300,
            150);

    static final Sizes SMALL =
        new Sizes(
            "19x32x64", 16, "11x36x48", 16, 18, "150x16x32", 16, 48, 70, 5000, 20, 40, 65, 6, 5);
  }

  private final Sizes sizes;
  private final List<BenchCase> cases = new ArrayList<>();

  private BenchTable(Sizes sizes) {
    this.sizes = sizes;
    addScores();
    addDistributions();
    addDistances();
  }

  /** All cases, in the order in which they are shown. */
  public static List<BenchCase> all() {
    return CASES;
  }

  /** The same cases on inputs so small that their time says nothing: for trying things out. */
  public static List<BenchCase> small() {
    return SMALL;
  }

  private void addScores() {
    String cityscapes = sizes.cityscapes;
    String camVid = sizes.camVid;
    for (String shape : List.of(cityscapes, camVid, sizes.manyClasses)) {
      add("pixel_signals", shape, () -> List.of(Synthetic.logits(shape)));
    }
    addRegions(cityscapes, sizes.cityscapesRegion, sizes.cityscapesRegion);
    addRegions(camVid, sizes.camVidWidth, sizes.camVidHeight);
    addRegions(sizes.manyClasses, sizes.manyRegion, sizes.manyRegion);
    for (String shape : List.of(cityscapes, camVid)) {
      add("context_mixture", shape, () -> List.of(Synthetic.logits(shape)));
    }
    add("bald", "20x" + camVid, () -> List.of(Synthetic.logits("20x" + camVid)));
    for (String shape : List.of(cityscapes, camVid)) {
      add("flip_consistency", shape, () -> twoPredictions(shape));
    }
  }

  private void addRegions(String shape, int width, int height) {
    add("region_signals", shape, () -> Synthetic.logitsAndRegions(shape, width, height));
  }

  private void addDistributions() {
    addDivergences(sizes.fewRows, 12);
    addDivergences(sizes.manyRows, 20);
    Map<String, String> classes = Map.of("classes", "19");
    int pixels = sizes.labels;
    add("confusion", "uniform labels", classes, () -> Synthetic.labels(pixels, 19, false));
    add("confusion", "skewed labels", classes, () -> Synthetic.labels(pixels, 19, true));
  }

  private void addDivergences(int rows, int columns) {
    String shape = rows + "x" + rows + " of " + columns;
    add("kl_histogram", shape, () -> twoSetsOfCounts(rows, columns));
  }

  private void addDistances() {
    int images = sizes.mixtures;
    add("context_distance", images + "x" + images + " of 19x19", () -> twoSetsOfMixtures(images));
    Map<String, String> budget = Map.of("budget", Integer.toString(sizes.budget));
    String chosen = " " + sizes.labelled + "+" + sizes.budget;
    add("k_center", sizes.points + "x19x19" + chosen, budget, this::mixturesAndLabelled);
    String features = sizes.points + "x" + sizes.features;
    add("k_center", features + chosen, budget, this::featuresAndLabelled);
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

  private static List<NdArray> twoSetsOfMixtures(int images) {
    List<NdArray> arrays = new ArrayList<>(Synthetic.mixtures("_a", 4, images, 19));
    arrays.addAll(Synthetic.mixtures("_b", 5, images, 19));
    return arrays;
  }

  private List<NdArray> mixturesAndLabelled() {
    List<NdArray> arrays = new ArrayList<>(Synthetic.mixtures("", 6, sizes.points, 19));
    arrays.add(Synthetic.labelled(sizes.labelled, sizes.points));
    return arrays;
  }

  private List<NdArray> featuresAndLabelled() {
    return List.of(
        Synthetic.features(sizes.points, sizes.features),
        Synthetic.labelled(sizes.labelled, sizes.points));
  }

  private void add(String kernel, String shape, Supplier<List<NdArray>> arrays) {
    add(kernel, shape, NO_SETTINGS, arrays);
  }

  private void add(
      String kernel, String shape, Map<String, String> settings, Supplier<List<NdArray>> arrays) {
    cases.add(new BenchCase(kernel, shape, settings, arrays));
  }
}
