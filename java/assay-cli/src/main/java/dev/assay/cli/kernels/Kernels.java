package dev.assay.cli.kernels;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The kernels by name. */
public final class Kernels {
  private static final Map<String, Job.Factory> BY_NAME =
      new TreeMap<>(
          Map.of(
              "bald", BaldJob::prepare,
              "confusion", ConfusionJob::prepare,
              "context_distance", ContextDistanceJob::prepare,
              "flip_consistency", FlipConsistencyJob::prepare,
              "k_center", KCenterJob::prepare,
              "kl_histogram", KlHistogramJob::prepare,
              "pixel_signals", PixelSignalsJob::prepare,
              "region_signals", RegionSignalsJob::prepare));

  private Kernels() {}

  /** All names, sorted. */
  public static Set<String> names() {
    return BY_NAME.keySet();
  }

  /** The factory of one kernel, or null when there is none of that name. */
  public static Job.Factory named(String name) {
    return BY_NAME.get(name);
  }
}
