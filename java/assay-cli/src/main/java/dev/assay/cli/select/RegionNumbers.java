package dev.assay.cli.select;

import dev.assay.select.Candidates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers of some regions within their images: how many regions of the image come before in the
 * order of x, then y. One pass over the candidates, however few regions are asked about.
 */
final class RegionNumbers {
  private final Map<Integer, Integer> numbers = new HashMap<>();

  RegionNumbers(Candidates candidates, List<Integer> regions) {
    Map<Integer, List<Integer>> byImage = new HashMap<>();
    for (int i : regions) {
      byImage.computeIfAbsent(candidates.image(i), image -> new ArrayList<>()).add(i);
      numbers.put(i, 0);
    }
    for (int i = 0; i < candidates.size() && !regions.isEmpty(); i++) {
      for (int region : byImage.getOrDefault(candidates.image(i), List.of())) {
        if (candidates.place(i) < candidates.place(region)) {
          numbers.merge(region, 1, Integer::sum);
        }
      }
    }
  }

  int of(int candidate) {
    return numbers.get(candidate);
  }
}
