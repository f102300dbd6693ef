package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.memory.TensorView;
import dev.assay.score.NanScoresException;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * Scores every unlabelled region: one forward pass per image that has any, one read of its logits,
 * only the wanted signals. Logits are never kept.
 */
final class AcquisitionPass {
  private final Workbench bench;
  private final LabelledSet labelled;
  private final Set<Signal> wanted;
  private final int[] images;
  private final int[] regions;
  private final Map<Signal, float[]> values = new EnumMap<>(Signal.class);
  private int[] histogram = new int[0];

  private AcquisitionPass(Workbench bench, LabelledSet labelled, Set<Signal> wanted) {
    this(bench, bench.candidates(), labelled, wanted);
  }

  private AcquisitionPass(
      Workbench bench, int[] pool, LabelledSet labelled, Set<Signal> wanted) {
    this.bench = bench;
    this.labelled = labelled;
    this.wanted = wanted;
    int count = pool.length * bench.grid().perImage() - labelled.size();
    this.images = new int[count];
    this.regions = new int[count];
    int i = 0;
    for (int image : pool) {
      for (int region = 0; region < bench.grid().perImage(); region++) {
        if (!labelled.contains(image, region)) {
          images[i] = image;
          regions[i++] = region;
        }
      }
    }
  }

  /** The unlabelled regions without any signal. */
  static Candidates unscored(Workbench bench, LabelledSet labelled) {
    AcquisitionPass pass = new AcquisitionPass(bench, labelled, Set.of());
    return new Candidates(pass.images, pass.regions, bench.classes());
  }

  /** The unlabelled regions of some training images, which hold all that is labelled. */
  static Candidates unscored(Workbench bench, int[] images, LabelledSet labelled) {
    AcquisitionPass pass = new AcquisitionPass(bench, images, labelled, Set.of());
    return new Candidates(pass.images, pass.regions, bench.classes());
  }

  /**
   * The unlabelled regions with the wanted signals.
   *
   * @throws ExperimentException if the network's output holds NaN
   */
  static Candidates score(
      Workbench bench,
      LabelledSet labelled,
      Set<Signal> wanted,
      ProgressListener listener,
      String message) {
    AcquisitionPass pass = new AcquisitionPass(bench, labelled, wanted);
    Candidates candidates = pass.room();
    pass.run(listener, message);
    return candidates;
  }

  /** Candidates over arrays that {@link #run} fills. */
  private Candidates room() {
    Candidates candidates = new Candidates(images, regions, bench.classes());
    for (Signal signal : wanted) {
      if (signal == Signal.CLASS_HISTOGRAM) {
        histogram = new int[Math.multiplyExact(images.length, bench.classes())];
        candidates.withClassHistogram(histogram);
      } else {
        values.put(signal, new float[images.length]);
        candidates.with(signal, values.get(signal));
      }
    }
    return candidates;
  }

  private void run(ProgressListener listener, String message) {
    int[] open = openImages();
    int batchSize = bench.config().evaluation().batchSize();
    ImagePack pack = bench.data().train();
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0))) {
      int first = 0;
      for (int from = 0; from < open.length; from += batchSize) {
        int count = Math.min(batchSize, open.length - from);
        ImageBatches.fill(batch, pack, open, from, count);
        TensorView logits = bench.segmenter().logits(batch).images(0, count);
        try (RegionList list = list(first, open, from, count)) {
          keep(bench.scorer().regionSignals(logits, list, wanted), first);
          first += list.size();
        } catch (NanScoresException e) {
          throw Workbench.diverged(pack, open[from + Math.toIntExact(e.image())], e);
        }
        listener.progress("score", from + count, open.length, message);
      }
    }
  }

  /** Candidate images that still have an unlabelled region. */
  private int[] openImages() {
    return Arrays.stream(bench.candidates())
        .filter(image -> labelled.countIn(image) < bench.grid().perImage())
        .toArray();
  }

  /** The batch's candidates, which start at {@code first}. */
  private RegionList list(int first, int[] open, int from, int count) {
    RegionGrid grid = bench.grid();
    int[] nxy = new int[3 * count * grid.perImage()];
    int used = 0;
    int i = first;
    for (int n = 0; n < count; n++) {
      for (; i < images.length && images[i] == open[from + n]; i++) {
        nxy[used++] = n;
        nxy[used++] = grid.x(regions[i]);
        nxy[used++] = grid.y(regions[i]);
      }
    }
    return RegionList.of(grid.width(), grid.height(), Arrays.copyOf(nxy, used));
  }

  /** Copies a batch's signals from the scorer's memory, which the next batch overwrites. */
  private void keep(RegionSignalsResult batch, int first) {
    values.forEach(
        (signal, kept) -> {
          long from = batch.span(signal).address();
          for (int i = 0; i < batch.regions(); i++) {
            kept[first + i] = UnsafeApi.getFloat(from + 4L * i);
          }
        });
    if (histogram.length > 0) {
      int[] counts = batch.classHistogram();
      System.arraycopy(counts, 0, histogram, first * bench.classes(), counts.length);
    }
  }
}
