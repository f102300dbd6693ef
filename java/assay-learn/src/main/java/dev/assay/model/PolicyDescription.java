package dev.assay.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a trained policy expects of its input and where it comes from: the part of its file that is
 * not weights. A policy fits only the classes and features that it was trained with.
 *
 * @param config sizes of the network's input
 * @param layout the blocks of a candidate's features in order; their lengths add up to F + K
 * @param normalisation how features are scaled before they reach the network, in words
 * @param classNames the classes behind the features, in order
 * @param provenance free facts about the training, for example data set, seed, episodes
 */
public record PolicyDescription(
    QueryConfig config,
    List<Block> layout,
    String normalisation,
    List<String> classNames,
    Map<String, String> provenance) {

  /** Names of the blocks of RALIS's features. */
  static final String CLASS_COUNTS = "class_counts";

  static final String ENTROPY_MIN = "entropy_min";
  static final String ENTROPY_AVG = "entropy_avg";
  static final String ENTROPY_MAX = "entropy_max";
  static final String KL_LABELLED = "kl_labelled";
  static final String KL_UNLABELLED = "kl_unlabelled";

  /** How RALIS's features are scaled. */
  static final String RALIS_NORMALISATION =
      "none: pixel counts with 1e-7 for absent classes, entropy in nats, shares per KL bin";

  private static final String POOL_SIZE = "pool_size";

  /** Consecutive features of one kind, for example {@code entropy_min} of 64. */
  public record Block(String name, int length) {
    /** Checks that the block can be written down as {@code name:length}. */
    public Block {
      if (!name.matches("[a-z0-9_]+") || length < 1) {
        throw new IllegalArgumentException(
            "block " + name + ":" + length + " must be [a-z0-9_]+ and at least 1 long");
      }
    }

    @Override
    public String toString() {
      return name + ":" + length;
    }
  }

  /** Checks that the layout fills the candidate's features, and copies. */
  public PolicyDescription {
    layout = List.copyOf(layout);
    classNames = List.copyOf(classNames);
    provenance = Map.copyOf(provenance);
    int length = layout.stream().mapToInt(Block::length).sum();
    if (length != config.actionFeatures()) {
      throw new IllegalArgumentException(
          "layout "
              + layout
              + " has "
              + length
              + " features, expected "
              + config.actionFeatures()
              + " of "
              + config);
    }
  }

  /**
   * What RALIS computes for grids of 8x8 entropy cells: class counts with one for void, minimum,
   * mean and maximum entropy, then KL histograms of 32 bins against labelled and unlabelled
   * regions.
   */
  public static PolicyDescription ralis(
      int stateRegions, List<String> classNames, Map<String, String> provenance) {
    int histogram = classNames.size() + 1;
    return new PolicyDescription(
        new QueryConfig(stateRegions, histogram + 3 * 64, 2 * 32),
        List.of(
            new Block(CLASS_COUNTS, histogram),
            new Block(ENTROPY_MIN, 64),
            new Block(ENTROPY_AVG, 64),
            new Block(ENTROPY_MAX, 64),
            new Block(KL_LABELLED, 32),
            new Block(KL_UNLABELLED, 32)),
        RALIS_NORMALISATION,
        classNames,
        provenance);
  }

  /** Candidates in the pools that the policy was trained to pick from; empty if not known. */
  public OptionalInt poolSize() {
    String size = provenance.get(POOL_SIZE);
    return size != null && size.matches("[1-9][0-9]{0,8}")
        ? OptionalInt.of(Integer.parseInt(size))
        : OptionalInt.empty();
  }

  /** The same description with the pool size in its provenance. */
  public PolicyDescription withPoolSize(int candidates) {
    Map<String, String> known = new TreeMap<>(provenance);
    known.put(POOL_SIZE, Integer.toString(candidates));
    return new PolicyDescription(config, layout, normalisation, classNames, known);
  }

  /** In what the other description would not do for this policy; empty if it would. */
  List<String> differences(PolicyDescription expected) {
    List<String> found = new ArrayList<>();
    differ(found, "input", config, expected.config);
    differ(found, "layout", layout, expected.layout);
    differ(found, "normalisation", normalisation, expected.normalisation);
    differ(found, "classes", classNames, expected.classNames);
    return found;
  }

  private static void differ(List<String> found, String what, Object here, Object expected) {
    if (!here.equals(expected)) {
      found.add(what + " is " + here + ", expected " + expected);
    }
  }

  /** Provenance in the order of its keys, so that equal policies give equal files. */
  Map<String, String> sortedProvenance() {
    return new TreeMap<>(provenance);
  }
}
