package dev.assay.cli.score;

import dev.assay.kernel.RegionSignals;
import dev.assay.score.CsvSink;
import dev.assay.score.Engine;
import dev.assay.score.Predictions;
import dev.assay.score.RegionSink;
import dev.assay.score.ScoringPlan;
import dev.assay.score.SignalTable;
import dev.assay.score.SignalTableWriter;
import dev.assay.score.StreamingScorer;
import dev.assay.score.TableLayout;
import dev.assay.score.TableSink;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores every image of the inputs into an output folder, in memory that does not grow with them
 * but for a name per image.
 *
 * @param classNames names of the classes, or none
 * @param extras which of the predictions' extra signals are wanted
 */
public record ScoreRun(
    Engine engine,
    Predictions predictions,
    ImageList images,
    ScoringPlan plan,
    List<String> extras,
    List<String> classNames,
    OutputFolder folder) {
  /** Streams the scores through the kernels into table and CSV, then the table into features. */
  public StreamingScorer.Totals run(StreamingScorer.Progress progress) throws IOException {
    Path table = folder.file(OutputFolder.TABLE);
    StreamingScorer.Totals totals = fill(table, progress);
    try (SignalTable written = SignalTable.open(table)) {
      TableExports.features(folder, written);
    }
    images.write(folder.file(OutputFolder.IMAGES));
    return totals;
  }

  private StreamingScorer.Totals fill(Path table, StreamingScorer.Progress progress)
      throws IOException {
    try (SignalTableWriter writer = SignalTableWriter.create(table, layout());
        TableSink rows = new TableSink(writer, extras);
        Writer csv = Files.newBufferedWriter(folder.file(OutputFolder.SCORES));
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      List<RegionSink> sinks =
          new ArrayList<>(List.of(rows, new CsvSink(csv, plan.signals(), extras)));
      if (plan.maps()) {
        sinks.add(new MapFiles(folder));
      }
      StreamingScorer.Totals totals = scorer.run(predictions, RegionSink.all(sinks), progress);
      writer.finish();
      return totals;
    }
  }

  private TableLayout layout() throws IOException {
    RegionSize size = new RegionSize(plan.regionWidth(), plan.regionHeight());
    return new TableLayout(
        images.regions(size),
        size.width(),
        size.height(),
        RegionSignals.CELLS_PER_SIDE,
        predictions.classes(),
        classNames,
        images.names(),
        TableSink.columns(plan.signals(), extras, predictions.classes()));
  }
}
