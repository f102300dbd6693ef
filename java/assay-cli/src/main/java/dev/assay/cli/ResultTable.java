package dev.assay.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * What {@code --json} says of a run: mIoU of every seed by strategy and number of labelled regions,
 * from {@code results.csv}; on the split that was evaluated most often.
 */
final class ResultTable {
  /** mIoU in [0, 1] of the seeds at one number of labelled regions. */
  record Point(long labelledRegions, List<Double> miou) {}

  private final String split;
  private final Map<String, Map<Long, Point>> strategies;

  private ResultTable(String split, Map<String, Map<Long, Point>> strategies) {
    this.split = split;
    this.strategies = strategies;
  }

  /** Reads {@code results.csv}. */
  static ResultTable read(Path csv) throws IOException {
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(csv);
        CSVParser parser = CSVParser.parse(reader, format)) {
      List<CSVRecord> rows = parser.getRecords();
      String split = mostFrequentSplit(rows);
      Map<String, Map<Long, Point>> strategies = new LinkedHashMap<>();
      for (CSVRecord row : rows) {
        if (row.get("split").equals(split)) {
          long regions = Long.parseLong(row.get("labelled_regions"));
          strategies
              .computeIfAbsent(row.get("strategy"), s -> new TreeMap<>())
              .computeIfAbsent(regions, r -> new Point(r, new ArrayList<>()))
              .miou()
              .add(Double.parseDouble(row.get("miou")));
        }
      }
      return new ResultTable(split, strategies);
    }
  }

  private static String mostFrequentSplit(List<CSVRecord> rows) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    rows.forEach(row -> counts.merge(row.get("split"), 1, Integer::sum));
    return counts.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /** Split and, by strategy, the points in order of labelled regions. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("split", split);
    Map<String, Object> byStrategy = new LinkedHashMap<>();
    strategies.forEach(
        (strategy, points) -> byStrategy.put(strategy, List.copyOf(points.values())));
    json.put("strategies", byStrategy);
    return json;
  }
}
