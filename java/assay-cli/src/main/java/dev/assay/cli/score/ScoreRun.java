package dev.assay.cli.score;

import dev.assay.format.FormatException;
import dev.assay.format.ScoreArray;
import dev.assay.format.ScoreFiles;
import dev.assay.kernel.RegionSignals;
import dev.assay.score.Engine;
import dev.assay.score.RegionSink;
import dev.assay.score.ScoringPlan;
import dev.assay.score.SignalTable;
import dev.assay.score.SignalTableWriter;
import dev.assay.score.StreamingScorer;
import dev.assay.score.TableLayout;
import dev.assay.score.TableSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores every image of the inputs into an output folder, in memory that does not grow with them.
 */
public record ScoreRun(Engine engine, ScoreFiles source, ScoringPlan plan, OutputFolder folder) {
  /** Streams the scores through the kernels into the table, then the table into its exports. */
  public StreamingScorer.Totals run(StreamingScorer.Progress progress) throws IOException {
    Path table = folder.file(OutputFolder.TABLE);
    StreamingScorer.Totals totals = fill(table, progress);
    try (SignalTable written = SignalTable.open(table)) {
      TableExports.scores(folder, written);
      TableExports.features(folder, written);
    }
    TableExports.images(folder, source.arrays());
    return totals;
  }

  private StreamingScorer.Totals fill(Path table, StreamingScorer.Progress progress)
      throws IOException {
    try (SignalTableWriter writer = SignalTableWriter.create(table, layout());
        TableSink rows = new TableSink(writer);
        StreamingScorer scorer = new StreamingScorer(engine, plan)) {
      List<RegionSink> sinks = new ArrayList<>(List.of(rows));
      if (plan.maps()) {
        sinks.add(new MapFiles(folder));
      }
      StreamingScorer.Totals totals = scorer.run(source, RegionSink.all(sinks), progress);
      writer.finish();
      return totals;
    }
  }

  private TableLayout layout() throws FormatException {
    return new TableLayout(
        regions(),
        plan.regionWidth(),
        plan.regionHeight(),
        RegionSignals.CELLS_PER_SIDE,
        source.classes(),
        List.of(),
        imageNames(),
        TableSink.columns(plan.signals(), source.classes()));
  }

  /** Regions of all images, which the headers tell. */
  private int regions() throws FormatException {
    RegionSize size = new RegionSize(plan.regionWidth(), plan.regionHeight());
    long regions = 0;
    for (ScoreArray array : source.arrays()) {
      long each = size.in(array.width(), array.height());
      if (each == 0) {
        throw new FormatException(
            array.source()
                + ": found images of "
                + array.width()
                + "x"
                + array.height()
                + " pixels, expected at least one region of "
                + size.width()
                + "x"
                + size.height());
      }
      regions = Math.addExact(regions, Math.multiplyExact(each, array.images()));
    }
    if (regions > Integer.MAX_VALUE) {
      throw new FormatException(
          folder.file(OutputFolder.TABLE) + ": found " + regions + " regions, expected below 2^31");
    }
    return (int) regions;
  }

  private List<String> imageNames() {
    List<String> names = new ArrayList<>();
    for (ScoreArray array : source.arrays()) {
      for (long i = 0; i < array.images(); i++) {
        names.add(array.file().getFileName() + "[" + array.array() + "] " + i);
      }
    }
    return names;
  }
}
