package dev.assay.experiment;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The content of {@code selection.json}. */
@JsonPropertyOrder({"strategy", "seed", "round", "regions"})
record Selection(String strategy, long seed, int round, List<Region> regions) {
  /** One picked region. */
  @JsonPropertyOrder({
    "image",
    "region",
    "x",
    "y",
    "w",
    "h",
    "score",
    "parts",
    "true_class_pixels",
    "predicted_class_pixels"
  })
  record Region(
      String image,
      int region,
      int x,
      int y,
      int w,
      int h,
      double score,
      Map<String, Double> parts,
      List<Long> trueClassPixels,
      List<Integer> predictedClassPixels) {}

  static Selection read(Path file) {
    try {
      return RunFiles.JSON.readValue(Files.readString(file), Selection.class);
    } catch (JsonProcessingException e) {
      throw new ExperimentException(file + ": not a selection (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be read (" + e + ")", e);
    }
  }
}
