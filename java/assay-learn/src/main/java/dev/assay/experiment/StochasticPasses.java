package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.kernel.BaldOutputs;
import dev.assay.kernel.PassSums;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.memory.Span;
import dev.assay.score.Column;
import dev.assay.score.NanScoresException;
import dev.assay.score.RegionList;
import dev.assay.select.Candidates;
import java.util.Arrays;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * How much a network's stochastic passes disagree about regions: {@code model.mc_passes} passes
 * with dropout (20 in RALIS, section 4.2), added up one at a time, so that the passes of one image
 * never lie in memory together.
 */
final class StochasticPasses {
  private static final String MUTUAL_INFORMATION = "mutual_information_mean";

  /** Names of the columns. */
  static final Set<String> COLUMNS = Set.of(MUTUAL_INFORMATION);

  private final Workbench bench;
  private final int[] images;
  private final int[] regions;

  /**
   * @param images of the regions in the training pack, ascending
   */
  StochasticPasses(Workbench bench, int[] images, int[] regions) {
    this.bench = bench;
    this.images = images;
    this.regions = regions;
  }

  /** Adds the columns to the candidates, which are the regions. */
  void addTo(Candidates candidates, ProgressListener listener, String message) {
    float[] information = new float[images.length];
    candidates.with(Column.of(MUTUAL_INFORMATION, information, 1));
    ImagePack pack = bench.data().train();
    int[] distinct = Arrays.stream(images).distinct().toArray();
    long pixels = (long) pack.height(0) * pack.width(0);
    try (Batch batch = new Batch(1, pack.height(0), pack.width(0));
        Owner probabilities = sum("sum of probabilities", pixels * bench.classes());
        Owner entropies = sum("sum of entropies", pixels);
        HostBuffer means = HostBuffer.floats("mutual information", bench.grid().perImage())) {
      PassSums sums = new PassSums(Span.of(probabilities), Span.of(entropies));
      int first = 0;
      for (int i = 0; i < distinct.length; i++) {
        ImageBatches.fill(batch, pack, distinct, i, 1);
        int end = AcquisitionPass.end(images, first, distinct[i]);
        try (RegionList list =
            AcquisitionPass.regionList(bench.grid(), images, regions, first, end)) {
          accumulate(batch, sums, list, Span.of(means));
        } catch (NanScoresException e) {
          throw Workbench.diverged(pack, distinct[i], e);
        }
        for (int k = first; k < end; k++) {
          information[k] = UnsafeApi.getFloat(means.address() + 4L * (k - first));
        }
        first = end;
        listener.progress("stochastic passes", i + 1, distinct.length, message);
      }
    }
  }

  /** Beside the logits, so that of a pass no more than a count comes to the host. */
  private Owner sum(String name, long floats) {
    return bench.scorer().allocate(name, floats * Float.BYTES);
  }

  /** Regions are asked for with the last pass. */
  private void accumulate(Batch batch, PassSums sums, RegionList list, Span means) {
    int passes = bench.config().model().mcPasses();
    BaldOutputs none = new BaldOutputs();
    BaldOutputs wanted = new BaldOutputs().mutualInformationMean(means);
    int[] done = {0};
    bench
        .segmenter()
        .stochasticLogits(
            batch,
            passes,
            logits -> {
              boolean last = done[0] + 1 == passes;
              bench
                  .scorer()
                  .bald(
                      logits,
                      ScoreKind.LOGITS,
                      sums,
                      done[0]++,
                      last ? list : null,
                      last ? wanted : none);
            });
  }
}
