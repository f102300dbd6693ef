package dev.assay.cli.select;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.format.FormatException;
import dev.assay.select.Candidates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The regions that {@code --labelled} files name: earlier selections (.json), or text with one
 * region per line, {@code image,x,y}, where regions go by number {@code image,region}; commas or
 * spaces, {@code #} and a header line are skipped.
 */
public final class LabelledRegions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean corners;
  private final Map<String, Set<Long>> places = new HashMap<>();
  private int size;
  private int lastRound = -1;

  private LabelledRegions(boolean corners) {
    this.corners = corners;
  }

  /**
   * Reads the files.
   *
   * @param corners whether regions go by corner, otherwise by number
   * @throws FormatException naming the file, what was found and what was expected
   */
  public static LabelledRegions read(List<Path> files, boolean corners) throws IOException {
    LabelledRegions regions = new LabelledRegions(corners);
    for (Path file : files) {
      if (file.toString().endsWith(".json")) {
        regions.readSelection(file);
      } else {
        regions.readText(file);
      }
    }
    return regions;
  }

  /** How many regions were named. */
  public int size() {
    return size;
  }

  /** The round after the last one read; 0 when no selection was. */
  public int nextRound() {
    return lastRound + 1;
  }

  private void add(String image, long first, long second) {
    long place = corners ? (first << 32) | (second & 0xffffffffL) : first;
    if (places.computeIfAbsent(image, name -> new HashSet<>()).add(place)) {
      size++;
    }
  }

  private void readSelection(Path file) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(file.toFile());
    } catch (JsonProcessingException e) {
      throw new FormatException(
          file + ": found no JSON (" + e.getOriginalMessage() + "), expected a selection", e);
    }
    if (!root.path("regions").isArray()) {
      throw new FormatException(file + ": found no list 'regions', expected a selection");
    }
    lastRound = Math.max(lastRound, root.path("round").asInt(0));
    for (JsonNode region : root.get("regions")) {
      JsonNode first = region.path(corners ? "x" : "region");
      JsonNode second = corners ? region.path("y") : first;
      if (!region.path("image").isTextual() || !first.isInt() || !second.isInt()) {
        throw new FormatException(
            file + ": found region " + region + ", expected image and " + wanted());
      }
      add(region.get("image").textValue(), first.intValue(), second.intValue());
    }
  }

  private String wanted() {
    return corners ? "x and y" : "region";
  }

  private void readText(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      boolean header = i == 0 && line.startsWith("image");
      if (!line.isEmpty() && !line.startsWith("#") && !header) {
        readLine(file, i + 1, line);
      }
    }
  }

  /** Names may hold spaces where commas separate. */
  private void readLine(Path file, int number, String line) throws FormatException {
    String[] fields = line.split(line.contains(",") ? "\\s*,\\s*" : "\\s+", -1);
    int numbers = corners ? 2 : 1;
    try {
      if (fields.length > numbers) {
        int first = Integer.parseInt(fields[1]);
        add(fields[0], first, corners ? Integer.parseInt(fields[2]) : first);
        return;
      }
    } catch (NumberFormatException e) {
      throw wrong(file, number, line);
    }
    throw wrong(file, number, line);
  }

  private FormatException wrong(Path file, int number, String line) {
    return new FormatException(
        "%s:%d: found '%s', expected image,%s"
            .formatted(file, number, line, corners ? "x,y" : "region"));
  }

  /** The candidates among the labelled regions, ascending. */
  public int[] among(Candidates candidates, List<String> images) {
    long[][] labelled = new long[images.size()][];
    for (int image = 0; image < labelled.length; image++) {
      Set<Long> of = places.getOrDefault(images.get(image), Set.of());
      labelled[image] = of.stream().mapToLong(Long::longValue).sorted().toArray();
    }
    List<Integer> found = new ArrayList<>();
    for (int i = 0; size > 0 && i < candidates.size(); i++) {
      int image = candidates.image(i);
      boolean known = image >= 0 && image < labelled.length && labelled[image].length > 0;
      if (known && Arrays.binarySearch(labelled[image], candidates.place(i)) >= 0) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }
}
