package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.data.ImageBatches;
import dev.assay.data.ImagePack;
import dev.assay.memory.TensorView;
import dev.assay.score.Column;
import dev.assay.score.NanScoresException;
import dev.assay.score.RegionList;
import dev.assay.score.RegionSignalsResult;
import dev.assay.score.Signal;
import dev.assay.select.Candidates;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.agrona.UnsafeApi;

/**
 * Scores regions: one forward pass per image that has any of them, one read of its logits, only the
 * wanted signals; where a strategy asks how stochastic passes disagree, those passes as well.
 * Logits are never kept.
 */
final class AcquisitionPass {
  private final Workbench bench;
  private final int[] images;
  private final int[] regions;
  private final Map<Signal, float[]> floats = new EnumMap<>(Signal.class);
  private final Map<Signal, int[]> counts = new EnumMap<>(Signal.class);

  private AcquisitionPass(Workbench bench, int[] images, int[] regions) {
    this.bench = bench;
    this.images = images;
    this.regions = regions;
  }

  /** Names of the columns that {@link #score} can compute. */
  static boolean computes(String column) {
    return StochasticPasses.COLUMNS.contains(column)
        || Arrays.stream(Signal.values()).anyMatch(signal -> signal.key().equals(column));
  }

  /** The unlabelled regions of some training images, which hold all that is labelled. */
  static Candidates unscored(Workbench bench, int[] pool, LabelledSet labelled) {
    int count = pool.length * bench.grid().perImage() - labelled.size();
    int[] images = new int[count];
    int[] regions = new int[count];
    int i = 0;
    for (int image : pool) {
      for (int region = 0; region < bench.grid().perImage(); region++) {
        if (!labelled.contains(image, region)) {
          images[i] = image;
          regions[i++] = region;
        }
      }
    }
    return new Candidates(images, regions, bench.classes());
  }

  /**
   * Regions with the wanted columns.
   *
   * @param images of the regions, ascending
   * @param columns what is computed, besides the class histogram, which the report shows and which
   *     costs nearly nothing
   * @throws ExperimentException if the network's output holds NaN
   */
  static Candidates score(
      Workbench bench,
      int[] images,
      int[] regions,
      Set<String> columns,
      ProgressListener listener,
      String message) {
    AcquisitionPass pass = new AcquisitionPass(bench, images, regions);
    Candidates candidates = pass.room(columns);
    pass.run(listener, message);
    if (columns.stream().anyMatch(StochasticPasses.COLUMNS::contains)) {
      new StochasticPasses(bench, images, regions).addTo(candidates, listener, message);
    }
    return candidates;
  }

  /** Candidates over arrays that {@link #run} fills. */
  private Candidates room(Set<String> columns) {
    Candidates candidates = new Candidates(images, regions, bench.classes());
    for (Signal signal : Signal.values()) {
      if (!columns.contains(signal.key()) && signal != Signal.CLASS_HISTOGRAM) {
        continue;
      }
      int width = signal.perRegion(bench.classes());
      int size = Math.multiplyExact(images.length, width);
      if (Column.Spec.of(signal, bench.classes()).type() == Column.Type.I32) {
        counts.put(signal, new int[size]);
        candidates.with(Column.of(signal.key(), counts.get(signal), width));
      } else {
        floats.put(signal, new float[size]);
        candidates.with(Column.of(signal.key(), floats.get(signal), width));
      }
    }
    return candidates;
  }

  private void run(ProgressListener listener, String message) {
    Set<Signal> wanted = EnumSet.copyOf(counts.keySet());
    wanted.addAll(floats.keySet());
    int[] distinct = Arrays.stream(images).distinct().toArray();
    int batchSize = bench.config().evaluation().batchSize();
    ImagePack pack = bench.data().train();
    try (Batch batch = new Batch(batchSize, pack.height(0), pack.width(0))) {
      int first = 0;
      for (int from = 0; from < distinct.length; from += batchSize) {
        int count = Math.min(batchSize, distinct.length - from);
        ImageBatches.fill(batch, pack, distinct, from, count);
        TensorView logits = bench.segmenter().logits(batch).images(0, count);
        int end = end(images, first, distinct[from + count - 1]);
        try (RegionList list = regionList(bench.grid(), images, regions, first, end)) {
          keep(bench.scorer().regionSignals(logits, list, wanted), first);
        } catch (NanScoresException e) {
          throw Workbench.diverged(pack, distinct[from + Math.toIntExact(e.image())], e);
        }
        first = end;
        listener.progress("score", from + count, distinct.length, message);
      }
    }
  }

  /** One past the last region, from {@code first} on, of {@code image} or of one before it. */
  static int end(int[] images, int first, int image) {
    int end = first;
    while (end < images.length && images[end] <= image) {
      end++;
    }
    return end;
  }

  /** The regions [begin, end), whose images are the first, the second ... of a batch. */
  static RegionList regionList(RegionGrid grid, int[] images, int[] regions, int begin, int end) {
    int[] nxy = new int[3 * (end - begin)];
    int n = 0;
    for (int i = begin; i < end; i++) {
      n += i > begin && images[i] != images[i - 1] ? 1 : 0;
      nxy[3 * (i - begin)] = n;
      nxy[3 * (i - begin) + 1] = grid.x(regions[i]);
      nxy[3 * (i - begin) + 2] = grid.y(regions[i]);
    }
    return RegionList.of(grid.width(), grid.height(), nxy);
  }

  /** Copies a batch's signals from the scorer's memory, which the next batch overwrites. */
  private void keep(RegionSignalsResult batch, int first) {
    floats.forEach(
        (signal, kept) -> {
          int width = signal.perRegion(bench.classes());
          long from = batch.span(signal).address();
          for (int i = 0; i < batch.regions() * width; i++) {
            kept[first * width + i] = UnsafeApi.getFloat(from + 4L * i);
          }
        });
    counts.forEach(
        (signal, kept) -> {
          int width = signal.perRegion(bench.classes());
          long from = batch.span(signal).address();
          for (int i = 0; i < batch.regions() * width; i++) {
            kept[first * width + i] = UnsafeApi.getInt(from + 4L * i);
          }
        });
  }
}
