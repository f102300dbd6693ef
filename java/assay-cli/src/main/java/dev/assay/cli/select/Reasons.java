package dev.assay.cli.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The explanation of a selection as lines of text. */
public final class Reasons {
  private Reasons() {}

  /** One line per pick, then who came next. */
  public static List<String> of(SelectionFile selection) {
    List<String> lines = new ArrayList<>();
    for (SelectionFile.Region region : selection.regions()) {
      lines.add("#" + region.rank() + " " + line(region));
    }
    if (selection.runnerUp() != null) {
      lines.add("next: " + line(selection.runnerUp()));
    }
    return lines;
  }

  private static String line(SelectionFile.Region region) {
    SelectionFile.Why why = region.why();
    StringBuilder line = new StringBuilder(region.image());
    line.append(" region ").append(region.region());
    if (region.x() != null) {
      line.append(" at ").append(region.x()).append(',').append(region.y());
    }
    line.append(": score ").append(number(region.score()));
    if (why != null) {
      line.append(", above ").append(percent(why.scorePercentile()));
    }
    for (Map.Entry<String, Double> part : region.parts().entrySet()) {
      line.append("; ").append(part.getKey()).append(' ').append(number(part.getValue()));
      if (why != null && why.percentiles().containsKey(part.getKey())) {
        line.append(", above ").append(percent(why.percentiles().get(part.getKey())));
      }
    }
    if (why != null && why.noiseShare() != null) {
      line.append("; without noise #").append(why.rankWithoutNoise());
      line.append(", noise is ").append(percent(100 * why.noiseShare())).append(" of the score");
    }
    return line.toString();
  }

  private static String number(Double value) {
    return value == null ? "infinite" : String.format(Locale.ROOT, "%.6g", value);
  }

  private static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f %%", value);
  }
}
