package dev.assay.cli.select;

import dev.assay.select.Candidates;
import dev.assay.select.Explanation;
import dev.assay.select.Pick;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Picks in the words of the file they come from. */
public final class Picks {
  private final CandidateFile file;
  private final Candidates candidates;
  private final RegionNumbers numbers;
  private final List<Pick> picks;
  private final Explanation explanation;

  /**
   * Prepares.
   *
   * @param explanation of these picks, or null
   */
  public Picks(
      CandidateFile file, Candidates candidates, List<Pick> picks, Explanation explanation) {
    this.file = file;
    this.candidates = candidates;
    this.picks = picks;
    this.explanation = explanation;
    List<Integer> named = new ArrayList<>(picks.stream().map(Pick::candidate).toList());
    if (explanation != null && explanation.runnerUp() != null) {
      named.add(explanation.runnerUp().candidate());
    }
    this.numbers = new RegionNumbers(candidates, file.hasCorners() ? named : List.of());
  }

  /** The picks in order. */
  public List<SelectionFile.Region> regions() throws IOException {
    List<SelectionFile.Region> regions = new ArrayList<>();
    for (int k = 0; k < picks.size(); k++) {
      Explanation.Reason reason = explanation == null ? null : explanation.picks().get(k);
      regions.add(region(k + 1, picks.get(k), reason));
    }
    return regions;
  }

  /** The best region that was not picked, or null. */
  public SelectionFile.Region runnerUp() throws IOException {
    return explanation == null || explanation.runnerUp() == null
        ? null
        : region(picks.size() + 1, explanation.runnerUp(), null);
  }

  private SelectionFile.Region region(int rank, Pick pick, Explanation.Reason reason)
      throws IOException {
    int i = pick.candidate();
    boolean corners = file.hasCorners();
    Candidates.RegionSize size = file.regionSize();
    return new SelectionFile.Region(
        rank,
        file.image(candidates.image(i)),
        corners ? numbers.of(i) : candidates.region(i),
        corners ? (int) (candidates.place(i) >> 32) : null,
        corners ? (int) candidates.place(i) : null,
        size == null ? null : size.width(),
        size == null ? null : size.height(),
        finite(pick.score()),
        finite(pick.parts()),
        reason == null ? null : why(reason));
  }

  private static SelectionFile.Why why(Explanation.Reason reason) {
    boolean noise = reason.rankWithoutNoise() > 0;
    return new SelectionFile.Why(
        reason.scorePercentile(),
        reason.percentiles(),
        noise ? reason.rankWithoutNoise() : null,
        noise ? reason.noiseShare() : null);
  }

  /** JSON has no infinities. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static Map<String, Double> finite(Map<String, Double> parts) {
    Map<String, Double> finite = new LinkedHashMap<>();
    new TreeMap<>(parts).forEach((name, value) -> finite.put(name, finite(value)));
    return finite;
  }
}
