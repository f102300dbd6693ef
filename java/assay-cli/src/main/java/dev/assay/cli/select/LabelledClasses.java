package dev.assay.cli.select;

import dev.assay.data.ClassSet;
import dev.assay.score.LabelledDistributions;
import dev.assay.select.Candidates;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Class distributions of the labelled regions: the true ones where a selection says them ({@code
 * true_class_pixels}), otherwise those predicted for the region. Owner of the distributions.
 */
final class LabelledClasses implements AutoCloseable {
  private final LabelledDistributions distributions;
  private int predicted;
  private int unknown;

  /**
   * Looks all regions up.
   *
   * @param rows candidates that are labelled
   * @param images names of the candidates' images
   */
  LabelledClasses(
      LabelledRegions labelled, Candidates candidates, int[] rows, List<String> images) {
    this.distributions = new LabelledDistributions(candidates.classes(), ClassSet.IGNORE);
    try {
      Map<String, Map<Long, Integer>> known = new HashMap<>();
      for (int row : rows) {
        known
            .computeIfAbsent(images.get(candidates.image(row)), image -> new HashMap<>())
            .put(candidates.place(row), row);
      }
      for (LabelledRegions.Region region : labelled.regions()) {
        add(region, candidates, known.getOrDefault(region.image(), Map.of()).get(region.place()));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void add(LabelledRegions.Region region, Candidates candidates, Integer row) {
    if (region.classPixels() != null) {
      distributions.add(region.classPixels(), region.voidPixels());
    } else if (row != null) {
      distributions.add(Arrays.stream(candidates.predictedPixels(row)).asLongStream().toArray(), 0);
      predicted++;
    } else {
      unknown++;
    }
  }

  LabelledDistributions distributions() {
    return distributions;
  }

  /** How many regions count with their predicted classes. */
  int predicted() {
    return predicted;
  }

  /** How many regions are left out, since neither their labels nor predictions are known. */
  int unknown() {
    return unknown;
  }

  @Override
  public void close() {
    distributions.close();
  }
}
