package dev.assay.cli;

import dev.assay.experiment.Experiment;
import dev.assay.experiment.ExperimentConfig;
import dev.assay.experiment.RunDirectory;
import dev.assay.report.PackPictures;
import dev.assay.report.ReportTable;
import dev.assay.report.ReportWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What run, resume and demo share: progress, the report, the closing table. */
final class Runs {
  private final Talk talk;

  Runs(Talk talk) {
    this.talk = talk;
  }

  /** Runs a configuration into {@code directory} and reports on it. */
  void start(ExperimentConfig config, Path directory, List<String> command, boolean json)
      throws IOException {
    talk.say("running " + config.name() + " into " + directory);
    finish(Experiment.run(config, directory, command, talk::progress), directory, json);
  }

  /** Continues a run and reports on it. */
  void resume(Path directory, List<String> overrides, boolean json) throws IOException {
    talk.say("continuing " + directory);
    finish(Experiment.resume(directory, overrides, talk::progress), directory, json);
  }

  private void finish(RunDirectory run, Path directory, boolean json) throws IOException {
    Path html = directory.resolve("report.html");
    writeReport(List.of(directory), html);
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("run", directory.toString());
      line.put("report", html.toString());
      line.putAll(ResultTable.read(run.results()).json());
      talk.data(Json.line(line));
    } else {
      ReportTable.text(List.of(directory)).lines().forEach(talk::data);
      talk.data(html.toString());
    }
  }

  /** Writes one report on several runs, with pictures where the data set is still at hand. */
  void writeReport(List<Path> directories, Path html) throws IOException {
    for (Path directory : directories) {
      if (!Files.exists(directory.resolve("run.json"))) {
        throw new NoSuchFileException(
            directory + ": found no run.json, expected the directory of a run");
      }
    }
    try (PackPictures images = PackPictures.openOrNull(directories)) {
      ReportWriter.write(directories, images, html);
    }
  }
}
