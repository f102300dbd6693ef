package dev.assay.cli.bench;

import java.util.List;
import java.util.Map;

/**
 * What one step of region selection computes on a data set's scale, beside the network's forward
 * passes: signals of all candidate images, and the candidates' divergences from what is labelled
 * and from what is not.
 *
 * @param name the data set and its sizes
 * @param signals of all images with candidates
 * @param toLabelled divergences from the labelled regions
 * @param toUnlabelled divergences from the unlabelled regions
 */
public record AcquisitionScale(String name, Work signals, Work toLabelled, Work toUnlabelled) {
  /**
   * One kernel.
   *
   * @param times how often a step runs it
   */
  public record Work(BenchCase kernel, int times) {}

  /** CamVid as in RALIS: 480 candidates, 480 labelled regions, 24 regions an image. */
  public static AcquisitionScale camVid() {
    return of("CamVid", signals("11x360x480", 80, 90, 20), 480, 480, 480, 12);
  }

  /** Cityscapes: 25 600 candidates, 12 000 labelled and 330 000 unlabelled regions. */
  public static AcquisitionScale cityscapes() {
    return of("Cityscapes", signals("19x1024x2048", 128, 128, 200), 25_600, 12_000, 330_000, 20);
  }

  /** CamVid in so small that its time says nothing: for trying things out. */
  public static AcquisitionScale smallCamVid() {
    return of("CamVid", signals("11x36x48", 16, 18, 2), 12, 24, 48, 12);
  }

  /** Likewise Cityscapes. */
  public static AcquisitionScale smallCityscapes() {
    return of("Cityscapes", signals("19x32x64", 16, 16, 5), 40, 20, 120, 20);
  }

  private static AcquisitionScale of(
      String name, Work signals, int candidates, int labelled, int unlabelled, int classes) {
    return new AcquisitionScale(
        name + ": " + candidates + " candidates, " + labelled + " labelled",
        signals,
        divergences(candidates, labelled, classes),
        divergences(candidates, unlabelled, classes));
  }

  private static Work signals(String shape, int width, int height, int images) {
    return new Work(
        new BenchCase(
            "region_signals",
            shape,
            Map.of(),
            () -> Synthetic.logitsAndRegions(shape, width, height)),
        images);
  }

  private static Work divergences(int candidates, int references, int classes) {
    String shape = candidates + "x" + references + " of " + classes;
    return new Work(
        new BenchCase(
            "kl_histogram",
            shape,
            Map.of(),
            () ->
                List.of(
                    Synthetic.classCounts("candidates", 7, candidates, classes),
                    Synthetic.classCounts("references", 8, references, classes))),
        1);
  }
}
