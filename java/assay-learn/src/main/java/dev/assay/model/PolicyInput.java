package dev.assay.model;

import dev.assay.memory.HostBuffer;
import dev.assay.score.RalisLayout;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

/**
 * What a policy reads of the feature rows that {@link dev.assay.score.RalisState} writes: the
 * blocks of its description in their order, whichever they are (the ablations of RALIS's table E.1
 * are subsets). Immutable.
 */
public final class PolicyInput {
  private final QueryConfig config;
  private final RalisLayout layout;
  private final List<RalisLayout.Part> parts;

  /**
   * For policies of that description.
   *
   * @throws IllegalArgumentException naming what {@link dev.assay.score.RalisState} does not write
   */
  public PolicyInput(PolicyDescription description) {
    this.config = description.config();
    this.layout =
        new RalisLayout(description.classNames().size(), RalisLayout.Reading.PUBLISHED_CODE);
    if (!description.normalisation().equals(PolicyDescription.RALIS_NORMALISATION)) {
      throw new IllegalArgumentException(
          "normalisation is '"
              + description.normalisation()
              + "', expected '"
              + PolicyDescription.RALIS_NORMALISATION
              + "'");
    }
    this.parts = description.layout().stream().map(this::part).toList();
    requireSharedFirst(description.layout());
  }

  private RalisLayout.Part part(PolicyDescription.Block block) {
    Map<String, RalisLayout.Part> known =
        Map.of(
            PolicyDescription.CLASS_COUNTS, layout.classCounts(),
            PolicyDescription.ENTROPY_MIN, layout.entropyMin(),
            PolicyDescription.ENTROPY_AVG, layout.entropyAvg(),
            PolicyDescription.ENTROPY_MAX, layout.entropyMax(),
            PolicyDescription.KL_LABELLED, layout.labelledKl(),
            PolicyDescription.KL_UNLABELLED, layout.poolKl());
    RalisLayout.Part part = known.get(block.name());
    if (part == null || part.width() != block.length()) {
      String expected = part == null ? "one of " + known.keySet() : "length " + part.width();
      throw new IllegalArgumentException("layout has " + block + ", expected " + expected);
    }
    return part;
  }

  /** Regions of the state set have no KL parts, so these must be what opens the gate, no more. */
  private void requireSharedFirst(List<PolicyDescription.Block> blocks) {
    int read = 0;
    for (RalisLayout.Part part : parts) {
      boolean ofStates = part.end() <= layout.stateWidth();
      if (ofStates != (read + part.width() <= config.features())) {
        throw new IllegalArgumentException(
            "layout " + blocks + " does not have its KL parts, and no others, last: " + config);
      }
      read += part.width();
    }
  }

  /** Sizes of the network's input. */
  public QueryConfig config() {
    return config;
  }

  /** Where the features lie in the rows that are read. */
  public RalisLayout layout() {
    return layout;
  }

  /** Copies what is read of the first {@code rows} state rows. */
  public void copyStates(HostBuffer from, int rows, HostBuffer to) {
    for (int row = 0; row < rows; row++) {
      copy(
          from.floatAddress((long) row * layout.stateWidth()),
          to.floatAddress((long) row * config.features()),
          config.features());
    }
  }

  /** Copies what is read of one candidate's row. */
  public void copyAction(HostBuffer from, int row, HostBuffer to, int target) {
    copy(
        from.floatAddress((long) row * layout.actionWidth()),
        to.floatAddress((long) target * config.actionFeatures()),
        config.actionFeatures());
  }

  /** Copies the parts that make up the first {@code values} values. */
  private void copy(long from, long to, int values) {
    int done = 0;
    for (int i = 0; done < values; i++) {
      RalisLayout.Part part = parts.get(i);
      UnsafeApi.copyMemory(
          from + (long) Float.BYTES * part.from(),
          to + (long) Float.BYTES * done,
          (long) Float.BYTES * part.width());
      done += part.width();
    }
  }
}
