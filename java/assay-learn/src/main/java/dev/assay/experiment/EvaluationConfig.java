package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code evaluation}.
 *
 * @param splits evaluated after every round: some of train, val, test; [test] by default
 * @param finalSplits evaluated in addition after the last round, none by default
 * @param batchSize images per forward pass when scoring and evaluating, 4 by default
 */
public record EvaluationConfig(List<Split> splits, List<Split> finalSplits, int batchSize) {
  private static final List<String> NAMES = List.of("train", "val", "test");

  static EvaluationConfig read(ConfigReader reader) {
    return new EvaluationConfig(
        splits(reader.texts("evaluation.splits", List.of("test"), NAMES)),
        splits(reader.texts("evaluation.final_splits", List.of(), NAMES)),
        reader.integer("evaluation.batch_size", 4, 1, 4096));
  }

  private static List<Split> splits(List<String> names) {
    return names.stream().map(Split::named).toList();
  }
}
