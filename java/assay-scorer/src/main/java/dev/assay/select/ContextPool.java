package dev.assay.select;

import dev.assay.kernel.MixtureView;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.score.Column;
import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.UnsafeApi;

/**
 * The images or regions that a CDAL policy selects from, in the order of their names, and what a
 * selection of them is worth to it. One call at a time; close it when done.
 */
public final class ContextPool implements AutoCloseable {
  /**
   * What a selection is worth.
   *
   * @param contextualDiversity Rcd
   * @param visualRepresentation Rvr
   * @param semanticRepresentation Rsr
   * @param total R
   */
  public record Reward(
      double contextualDiversity,
      double visualRepresentation,
      double semanticRepresentation,
      double total) {}

  private final ContextRewardConfig config;
  private final Candidates candidates;
  private final int[] members;
  private final Neighbours neighbours;
  private final FeatureRows mixtures;
  private final HostBuffer present;
  private final FeatureRows features;
  private final FeatureRows selectedMixtures;
  private final HostBuffer selectedPresent;
  private final FeatureRows selectedFeatures;
  private final double meanPixels;

  private ContextPool(
      ContextRewardConfig config,
      Round round,
      int[] members,
      FeatureRows mixtures,
      FeatureRows features) {
    this.config = config;
    this.candidates = round.candidates();
    this.members = members;
    this.mixtures = mixtures;
    this.features = features;
    this.present = CdalStrategy.present(mixtures, candidates.classes());
    this.selectedMixtures = room(mixtures);
    this.selectedPresent = HostBuffer.allocate("present in selected", present.bytes());
    this.selectedFeatures = features == mixtures ? selectedMixtures : room(features);
    this.neighbours = new Neighbours(round.exec(), features.view(0, members.length));
    this.meanPixels =
        Arrays.stream(members)
            .mapToLong(i -> Arrays.stream(candidates.predictedPixels(i)).asLongStream().sum())
            .average()
            .orElse(0);
  }

  private static FeatureRows room(FeatureRows like) {
    return new FeatureRows("selected", like.rows(), like.width());
  }

  /**
   * Gathers what {@link #columns} names of some candidates.
   *
   * @throws IllegalArgumentException if a column is missing, of another shape, or not finite
   */
  public static ContextPool of(ContextRewardConfig config, Round round, int[] subset) {
    Candidates candidates = round.candidates();
    int classes = candidates.classes();
    candidates.column(Signal.CLASS_HISTOGRAM.key(), Column.Type.I32, classes);
    int[] members = Pool.of(new Round(candidates, round.keys()), subset).rows();
    FeatureRows mixtures =
        new FeatureRows(candidates, CdalStrategy.MIXTURE, classes * classes, members);
    try {
      FeatureRows features =
          config.representation().equals(ContextRewardConfig.MIXTURE)
              ? mixtures
              : new FeatureRows(candidates, config.representation(), members);
      return new ContextPool(config, round, members, mixtures, features);
    } catch (RuntimeException e) {
      mixtures.close();
      throw e;
    }
  }

  /** Names of the columns that are read. */
  public static Set<String> columns(ContextRewardConfig config) {
    Set<String> columns = new TreeSet<>();
    columns.add(CdalStrategy.MIXTURE);
    columns.add(Signal.CLASS_HISTOGRAM.key());
    columns.add(config.representation());
    return columns;
  }

  /** Number of members. */
  public int size() {
    return members.length;
  }

  /** Candidate number of a member. */
  public int candidate(int member) {
    return members[member];
  }

  /** The members' mixtures, fp32 [members, classes classes]; rows of absent classes are 0. */
  public MatrixView mixtures() {
    return mixtures.view(0, members.length);
  }

  /** What a selection of members is worth; for none, as if it were infinitely far from all. */
  public Reward reward(BitSet selected) {
    int count = gather(selected);
    int classes = candidates.classes();
    MixtureView view =
        new MixtureView(
            selectedMixtures.view(0, count).span(), Span.of(selectedPresent), count, classes);
    double diversity = ContextRewards.contextualDiversity(view, config.pairs());
    double visual =
        count == 0
            ? 0
            : Math.exp(-neighbours.meanDistance(selected, selectedFeatures.view(0, count)));
    double semantic = ContextRewards.semanticRepresentation(pixels(selected), lambda(count));
    double total = ContextRewards.total(diversity, visual, semantic, config.alpha());
    return new Reward(diversity, visual, semantic, total);
  }

  private int gather(BitSet selected) {
    int classes = candidates.classes();
    int count = 0;
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      selectedMixtures.copy(mixtures, i, count);
      UnsafeApi.copyMemory(
          present.address() + (long) i * classes,
          selectedPresent.address() + (long) count * classes,
          classes);
      if (features != mixtures) {
        selectedFeatures.copy(features, i, count);
      }
      count++;
    }
    return count;
  }

  private long[] pixels(BitSet selected) {
    long[] pixels = new long[candidates.classes()];
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      for (int c = 0; c < pixels.length; c++) {
        pixels[c] += candidates.predictedPixels(members[i], c);
      }
    }
    return pixels;
  }

  private double lambda(int count) {
    double share = Math.max(count, 1) * meanPixels / candidates.classes();
    return config.lambda() > 0 ? config.lambda() : Math.max(share, 1);
  }

  @Override
  public void close() {
    neighbours.close();
    selectedPresent.close();
    selectedMixtures.close();
    present.close();
    mixtures.close();
    if (features != mixtures) {
      selectedFeatures.close();
      features.close();
    }
  }
}
