package dev.assay.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes the page that a run is judged by: one HTML file with everything inside, no script, no
 * request to anywhere, light and dark, screen, phone and paper.
 *
 * <p>Stateless; may be used from any thread. Run directories are only read, so a report may be
 * written while its run goes on.
 */
public final class ReportWriter {
  private ReportWriter() {}

  /**
   * Writes a report on one or several runs on the same data.
   *
   * @param runDirs run directories; unfinished ones are fine, the report then says what is missing
   * @param imagesOrNull the data set, for the pictures; null when it is not at hand, the report
   *     then says so
   * @param html the file to write, atomically: it is either the old one or the whole new one
   * @throws IOException when a directory is not a run, or the file cannot be written
   * @throws IllegalArgumentException when there is no directory, or two are about different data
   */
  public static void write(List<Path> runDirs, PictureSource imagesOrNull, Path html)
      throws IOException {
    writeAtomically(html, page(Study.read(runDirs), imagesOrNull));
  }

  static String page(Study study, PictureSource imagesOrNull) throws IOException {
    String title = Text.escape(study.title());
    StringBuilder out = new StringBuilder(1 << 16);
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <title>Assay report: %s</title>
        <style>
        """
            .formatted(title));
    out.append(stylesheet()).append("</style>\n</head>\n<body>\n<main>\n");
    out.append("<header><p class=\"brand\">Assay report</p><h1>%s</h1>\n".formatted(title));
    out.append("<p class=\"facts\">%s</p>\n".formatted(facts(study)));
    String summary = VerdictSection.summary(study);
    if (!summary.isEmpty()) {
      out.append("<p class=\"lead\">%s</p>\n".formatted(Text.escape(summary)));
    }
    out.append("</header>\n").append(notes(study));
    out.append(VerdictSection.render(study))
        .append(CurveSection.render(study))
        .append(ClassSection.iouTable(study))
        .append(RareSection.render(study))
        .append(PickedSection.render(study))
        .append(PictureSection.render(study, imagesOrNull))
        .append(PolicySection.render(study))
        .append(CostSection.render(study));
    return out.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String notes(Study study) {
    if (study.notes().isEmpty()) {
      return "";
    }
    StringBuilder out =
        new StringBuilder("<aside class=\"notes\"><h2>Before you read on</h2><ul>\n");
    study.notes().forEach(note -> out.append("<li>").append(code(note)).append("</li>\n"));
    return out.append("</ul></aside>\n").toString();
  }

  /** Escapes; text between backticks becomes code. */
  private static String code(String note) {
    return Text.escape(note).replaceAll("`([^`]*)`", "<code>$1</code>");
  }

  private static String facts(Study study) {
    List<String> facts = new ArrayList<>();
    int strategies = study.series().size();
    int seeds = study.series().stream().mapToInt(s -> s.seeds().size()).max().orElse(0);
    facts.add(plural(strategies, "strategy", "strategies"));
    if (seeds > 0) {
      facts.add(plural(seeds, "seed", "seeds"));
    }
    facts.add(plural(study.classes().size(), "class", "classes"));
    RunFacts.of(study.runs().get(0)).forEach(facts::add);
    facts.add("evaluated on " + study.split());
    return Text.escape(String.join(" · ", facts));
  }

  private static String plural(int n, String one, String many) {
    return n + " " + (n == 1 ? one : many);
  }

  private static String stylesheet() throws IOException {
    try (InputStream in = ReportWriter.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new FileNotFoundException("dev/assay/report/report.css is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void writeAtomically(Path file, String text) throws IOException {
    Path target = file.toAbsolutePath();
    Path directory = Files.createDirectories(target.getParent());
    // Not createTempFile: its files are for their owner alone, and reports are passed around.
    Path temporary =
        directory.resolve(".%s-%s.tmp".formatted(target.getFileName(), UUID.randomUUID()));
    try {
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
