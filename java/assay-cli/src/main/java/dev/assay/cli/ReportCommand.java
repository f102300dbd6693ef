package dev.assay.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay report}: writes report.html again, or one page on several runs. */
@Command(
    name = "report",
    description = "Writes a self-contained HTML report on one or several runs.",
    sortOptions = false)
final class ReportCommand extends BaseCommand {
  @Parameters(arity = "1..*", paramLabel = "RUN_DIR", description = "Run directories.")
  private List<Path> directories;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Default RUN_DIR/report.html, or report.html here for several runs.")
  private Path out;

  ReportCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    Path html = out;
    if (html == null) {
      Path file = Path.of("report.html");
      html = directories.size() == 1 ? directories.get(0).resolve(file) : file;
    }
    new Runs(talk).writeReport(directories, html);
    talk.data(html.toString());
    return ExitCode.OK;
  }
}
