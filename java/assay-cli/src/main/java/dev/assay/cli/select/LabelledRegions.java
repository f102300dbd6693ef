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
import java.util.stream.LongStream;

/**
 * The regions that {@code --labelled} files name: earlier selections (.json), or text with one
 * region per line, {@code image,x,y}, where regions go by number {@code image,region}; commas or
 * spaces, {@code #} and a header line are skipped.
 */
public final class LabelledRegions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final boolean corners;
  private final Map<String, Set<Long>> places = new HashMap<>();
  private final List<Region> regions = new ArrayList<>();
  private int lastRound = -1;

  /**
   * A labelled region.
   *
   * @param place as {@link Candidates#place} has it
   * @param classPixels its true pixels of each class, or null where the file does not say
   * @param voidPixels its other pixels
   */
  record Region(String image, long place, long[] classPixels, long voidPixels) {}

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
    return regions.size();
  }

  /** The regions in the order in which they were named. */
  List<Region> regions() {
    return List.copyOf(regions);
  }

  /** The round after the last one read; 0 when no selection was. */
  public int nextRound() {
    return lastRound + 1;
  }

  private long place(long first, long second) {
    return corners ? (first << 32) | (second & 0xffffffffL) : first;
  }

  private void add(Region region) {
    if (places.computeIfAbsent(region.image(), name -> new HashSet<>()).add(region.place())) {
      regions.add(region);
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
      add(labelled(file, region, place(first.intValue(), second.intValue())));
    }
  }

  /** What a run's selection says about a region's labels, its size in pixels less void. */
  private static Region labelled(Path file, JsonNode region, long place) throws FormatException {
    String image = region.get("image").textValue();
    JsonNode pixels = region.path("true_class_pixels");
    if (pixels.isEmpty()) {
      return new Region(image, place, null, 0);
    }
    long[] counts = new long[pixels.size()];
    boolean whole = region.path("w").isInt() && region.path("h").isInt();
    for (int c = 0; c < counts.length; c++) {
      whole &= pixels.get(c).isInt() && pixels.get(c).intValue() >= 0;
      counts[c] = pixels.get(c).asLong();
    }
    long other =
        region.path("w").asLong() * region.path("h").asLong() - LongStream.of(counts).sum();
    if (!whole || other < 0) {
      throw new FormatException(
          file
              + ": found true_class_pixels "
              + pixels
              + " of region "
              + region.path("w")
              + "x"
              + region.path("h")
              + ", expected counts of its pixels");
    }
    return new Region(image, place, counts, other);
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
        long place = place(first, corners ? Integer.parseInt(fields[2]) : first);
        add(new Region(fields[0], place, null, 0));
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
    for (int i = 0; size() > 0 && i < candidates.size(); i++) {
      int image = candidates.image(i);
      boolean known = image >= 0 && image < labelled.length && labelled[image].length > 0;
      if (known && Arrays.binarySearch(labelled[image], candidates.place(i)) >= 0) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }
}
