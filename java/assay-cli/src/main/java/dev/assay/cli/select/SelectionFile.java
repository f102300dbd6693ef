package dev.assay.cli.select;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.assay.format.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The content of {@code selection.json}, of the same form as a run's rounds have; absent keys are
 * not known.
 *
 * @param strategy the full specification
 * @param policy the file of the policy, where one picked
 * @param candidates how many regions could be picked
 * @param labelled how many were labelled before
 * @param runnerUp the best region not picked; with --explain
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SelectionFile(
    String strategy,
    long seed,
    int round,
    String features,
    String policy,
    int candidates,
    int labelled,
    List<Region> regions,
    Region runnerUp) {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * One picked region.
   *
   * @param rank 1 for the first pick
   * @param region its number within its image: in the order of x, then y, of the file's regions
   * @param score null where it is infinite
   * @param why with --explain
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Region(
      int rank,
      String image,
      int region,
      Integer x,
      Integer y,
      Integer w,
      Integer h,
      Double score,
      Map<String, Double> parts,
      Why why) {}

  /**
   * Where a pick stands among the candidates.
   *
   * @param scorePercentile percentage of candidates with a smaller score
   * @param percentiles the same of each part
   * @param rankWithoutNoise its rank had there been no noise
   * @param noiseShare how much of the score is noise, in [0, 1]
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Why(
      double scorePercentile,
      Map<String, Double> percentiles,
      Integer rankWithoutNoise,
      Double noiseShare) {}

  /** Writes it whole or not at all. */
  public void write(Path file) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(this);
    AtomicFile.write(
        file,
        out -> {
          out.write(bytes);
          out.write('\n');
        });
  }
}
