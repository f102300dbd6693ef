package dev.assay.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named subsets of a data set, from a JSON file {@code {"name": ["file name", ...], ...}}.
 *
 * @param file where they were read
 * @param subsets image names by subset name, in file order
 */
public record SplitFile(Path file, Map<String, List<String>> subsets) {
  private static final int NAMES_SHOWN = 5;

  /**
   * Reads a split file.
   *
   * @throws BadDataException if it is no JSON object of string lists
   */
  public static SplitFile read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new BadDataException(file, "no file", "a JSON file of image names");
    }
    try {
      TypeReference<LinkedHashMap<String, List<String>>> type = new TypeReference<>() {};
      return new SplitFile(file, new ObjectMapper().readValue(file.toFile(), type));
    } catch (JsonProcessingException e) {
      throw new BadDataException(
          file, "no split (" + e.getOriginalMessage() + ")", "{\"name\": [\"image.png\", ...]}", e);
    }
  }

  /** Whether the file has a subset of this name. */
  public boolean has(String subset) {
    return subsets.containsKey(subset);
  }

  /** The image names of one subset. */
  public List<String> names(String subset) throws BadDataException {
    List<String> names = subsets.get(subset);
    if (names == null) {
      throw new BadDataException(file, "no subset " + subset, "one of " + subsets.keySet());
    }
    return names;
  }

  /**
   * The pack's indices of one subset's images, in the file's order.
   *
   * @throws BadDataException naming the images that the pack does not have
   */
  public int[] indices(String subset, ImagePack pack) throws BadDataException {
    List<String> names = names(subset);
    List<String> unknown = new ArrayList<>(names);
    unknown.removeIf(name -> pack.indexOf(name) >= 0);
    if (!unknown.isEmpty()) {
      throw unknownNames(file, unknown);
    }
    return names.stream().mapToInt(pack::indexOf).toArray();
  }

  static BadDataException unknownNames(Path file, List<String> unknown) {
    String shown = String.join(", ", unknown.subList(0, Math.min(NAMES_SHOWN, unknown.size())));
    return new BadDataException(
        file,
        unknown.size()
            + " unknown image name(s): "
            + shown
            + (unknown.size() > NAMES_SHOWN ? ", ..." : ""),
        "names of images in the data set");
  }
}
