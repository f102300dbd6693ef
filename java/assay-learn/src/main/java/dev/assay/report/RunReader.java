package dev.assay.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** Reads a run directory, whole or partial. */
final class RunReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final List<String> notes = new ArrayList<>();

  private RunReader(Path directory) {
    this.directory = directory;
  }

  /**
   * Reads what is there. Only {@code run.json} is required: without it a directory is not a run.
   *
   * @throws IOException when {@code run.json} is missing or is not JSON
   */
  static Run read(Path directory) throws IOException {
    return new RunReader(directory).read();
  }

  private Run read() throws IOException {
    Path file = directory.resolve("run.json");
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          directory + " is not a run directory: found no run.json, expected one written by a run");
    }
    JsonNode meta;
    try {
      meta = JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new IOException(file + " is not valid JSON: " + e.getOriginalMessage(), e);
    }
    List<Run.ClassInfo> classes = new ArrayList<>();
    for (JsonNode entry : meta.path("classes")) {
      classes.add(
          new Run.ClassInfo(entry.path("name").asText("?"), entry.path("colour").asText("")));
    }
    if (classes.isEmpty()) {
      throw new IOException(file + " names no classes: expected classes:[{name, colour}, ...]");
    }
    String fallback = String.valueOf(directory.toAbsolutePath().normalize().getFileName());
    List<Run.Row> rows = readResults(classes.size());
    List<Run.Selection> selections = readSelections(classes.size());
    return new Run(
        directory,
        meta.path("name").asText(fallback),
        List.copyOf(classes),
        meta,
        readOptional("env.json"),
        readConfig(),
        rows,
        selections,
        readRounds(),
        readEpisodes(),
        notes);
  }

  private JsonNode readOptional(String name) {
    Path file = directory.resolve(name);
    try {
      return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : missing(name);
    } catch (IOException e) {
      notes.add(name + " cannot be read: " + firstLine(e));
      return MissingNode.getInstance();
    }
  }

  private JsonNode missing(String name) {
    notes.add(name + " is missing.");
    return MissingNode.getInstance();
  }

  private String readConfig() throws IOException {
    Path file = directory.resolve("config.resolved.yaml");
    if (!Files.isRegularFile(file)) {
      notes.add("config.resolved.yaml is missing.");
      return "";
    }
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private List<Run.Row> readResults(int classes) throws IOException {
    Path file = directory.resolve("results.csv");
    List<Run.Row> rows = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      notes.add("results.csv is missing: no round has been evaluated yet.");
      return rows;
    }
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    try (CSVParser parser = CSVParser.parse(text, format)) {
      List<String> iouColumns =
          parser.getHeaderNames().stream().filter(name -> name.startsWith("iou_")).toList();
      if (iouColumns.size() != classes) {
        throw new IOException(
            "%s has %d iou_* columns, expected %d, one per class of run.json"
                .formatted(file, iouColumns.size(), classes));
      }
      for (CSVRecord line : parser) {
        try {
          rows.add(row(line, iouColumns));
        } catch (IllegalArgumentException e) {
          notes.add(
              "results.csv line %d was skipped: %s"
                  .formatted(line.getRecordNumber() + 1, firstLine(e)));
        }
      }
    }
    return rows;
  }

  private static Run.Row row(CSVRecord line, List<String> iouColumns) {
    if (!line.isConsistent()) {
      throw new IllegalArgumentException("found " + line.size() + " columns, fewer than expected.");
    }
    double[] iou = iouColumns.stream().mapToDouble(column -> number(line, column)).toArray();
    return new Run.Row(
        line.get("strategy"),
        Long.parseLong(line.get("seed")),
        Integer.parseInt(line.get("round")),
        Long.parseLong(line.get("labelled_regions")),
        Long.parseLong(line.get("labelled_pixels")),
        number(line, "labelled_fraction"),
        line.get("split"),
        number(line, "miou"),
        number(line, "pixel_accuracy"),
        iou,
        number(line, "train_seconds"),
        number(line, "score_seconds"),
        number(line, "eval_seconds"));
  }

  private List<Run.Episode> readEpisodes() throws IOException {
    Path file = directory.resolve("policy").resolve("episodes.csv");
    List<Run.Episode> episodes = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return episodes;
    }
    CSVFormat format = CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    try (CSVParser parser = CSVParser.parse(text, format)) {
      for (CSVRecord line : parser) {
        try {
          episodes.add(episode(line));
        } catch (IllegalArgumentException e) {
          notes.add(
              "policy/episodes.csv line %d was skipped: %s"
                  .formatted(line.getRecordNumber() + 1, firstLine(e)));
        }
      }
    }
    return episodes;
  }

  private static Run.Episode episode(CSVRecord line) {
    return new Run.Episode(
        Integer.parseInt(line.get("episode")),
        Integer.parseInt(line.get("steps")),
        number(line, "return"),
        number(line, "mean_loss"),
        number(line, "epsilon"),
        number(line, "forward_seconds"),
        number(line, "choose_seconds"),
        number(line, "train_seconds"),
        number(line, "reward_seconds"),
        number(line, "update_seconds"));
  }

  /** An empty cell is a value that was not measured. */
  private static double number(CSVRecord line, String column) {
    String text = line.get(column).strip();
    return text.isEmpty() ? Double.NaN : Double.parseDouble(text);
  }

  private List<Run.Selection> readSelections(int classes) throws IOException {
    return readAll("selection.json", node -> selection(node, classes));
  }

  private List<Run.Round> readRounds() throws IOException {
    return readAll("metrics.json", RunReader::round);
  }

  /** All readable files of a name, by path. */
  private <T> List<T> readAll(String name, Function<JsonNode, T> of) throws IOException {
    List<Path> files;
    // STRATEGY/seed_N/round_NNN/NAME: four levels, and never into a checkpoint folder.
    try (Stream<Path> tree = Files.find(directory, 4, (path, a) -> path.endsWith(name))) {
      files = tree.sorted().toList();
    }
    List<T> all = new ArrayList<>();
    for (Path file : files) {
      try {
        all.add(of.apply(JSON.readTree(file.toFile())));
      } catch (IOException e) {
        notes.add(directory.relativize(file) + " cannot be read: " + firstLine(e));
      }
    }
    return all;
  }

  private static Run.Round round(JsonNode node) {
    JsonNode trained = node.path("final_training");
    return new Run.Round(
        node.path("strategy").asText(),
        node.path("seed").asLong(),
        node.path("round").asInt(),
        node.path("train_seconds").asDouble(),
        trained.isObject() ? trained.path("seconds").asDouble(Double.NaN) : 0,
        node.path("score_seconds").asDouble(),
        node.path("eval_seconds").asDouble());
  }

  private static Run.Selection selection(JsonNode node, int classes) {
    List<Run.Pick> picks = new ArrayList<>();
    for (JsonNode region : node.path("regions")) {
      long[] pixels = new long[classes];
      JsonNode counts = region.path("true_class_pixels");
      for (int c = 0; c < Math.min(classes, counts.size()); c++) {
        pixels[c] = counts.get(c).asLong();
      }
      picks.add(
          new Run.Pick(
              region.path("image").asText(),
              region.path("x").asInt(),
              region.path("y").asInt(),
              region.path("w").asInt(),
              region.path("h").asInt(),
              pixels));
    }
    return new Run.Selection(
        node.path("strategy").asText(),
        node.path("seed").asLong(),
        node.path("round").asInt(),
        List.copyOf(picks));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
