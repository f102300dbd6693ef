package dev.assay.cli.bench;

import java.util.List;
import java.util.Map;

/**
 * What one step of region selection computes on a data set's scale, beside the network's forward
 * passes: signals of all candidate images, and the candidates' divergences from what is labelled
 * and what is not.
 *
 * @param name the data set
 * @param works its kernels
 */
public record AcquisitionScale(String name, List<Work> works) {
  /**
   * One kernel.
   *
   * @param times how often a step runs it
   */
  public record Work(BenchCase kernel, int times) {}

  /** CamVid as in RALIS: 480 candidates, 480 labelled regions, 24 regions an image. */
  public static AcquisitionScale camVid() {
    return new AcquisitionScale(
        "CamVid: 480 candidates, 480 labelled, 480 unlabelled",
        List.of(
            signals("11x360x480", 80, 90, 20),
            divergences(480, 480, 12),
            divergences(480, 480, 12)));
  }

  /** Cityscapes: 25 600 candidates, 12 000 labelled and 330 000 unlabelled regions. */
  public static AcquisitionScale cityscapes() {
    return new AcquisitionScale(
        "Cityscapes: 25600 candidates, 12000 labelled, 330000 unlabelled",
        List.of(
            signals("19x1024x2048", 128, 128, 200),
            divergences(25_600, 12_000, 20),
            divergences(25_600, 330_000, 20)));
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
