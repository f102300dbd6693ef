package dev.assay.cli;

import dev.assay.cli.score.ImageList;
import dev.assay.cli.score.OutputFolder;
import dev.assay.cli.score.RegionSize;
import dev.assay.cli.score.ScoreRun;
import dev.assay.cli.score.SignalNames;
import dev.assay.format.ScoreFiles;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.Layout;
import dev.assay.score.Engine;
import dev.assay.score.Predictions;
import dev.assay.score.ScoringPlan;
import dev.assay.score.StreamingScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay score}: model outputs of any framework to scores and features of regions. */
@Command(
    name = "score",
    description = {
      "Scores the regions of images from a model's outputs in .npy, .npz or .safetensors files:",
      "class scores [C,H,W] or [N,C,H,W] of type f2, f4, f8 or bfloat16. An archive's array called",
      "logits (or probabilities) is taken where there is one, else every array."
    },
    sortOptions = false)
final class ScoreCommand extends BaseCommand {
  @Parameters(
      paramLabel = "INPUT",
      arity = "1..*",
      description = "Files, or folders of files, which are taken by name.")
  private List<Path> inputs;

  @Option(
      names = "--input",
      defaultValue = "logits",
      description = "What the class scores are: logits or probs (default ${DEFAULT-VALUE}).")
  private String input;

  @Option(
      names = "--layout",
      defaultValue = "nchw",
      description = "Order of the axes: nchw or nhwc (default ${DEFAULT-VALUE}).")
  private String layout;

  @Option(
      names = "--region",
      defaultValue = "128x128",
      paramLabel = "WxH",
      description = "Size of the regions that tile every image (default ${DEFAULT-VALUE}).")
  private String region;

  @Option(
      names = "--cells",
      defaultValue = "8x8",
      paramLabel = "8x8",
      description = "Pooled cells per region; always 8x8.")
  private String cells;

  @Option(
      names = "--signals",
      split = ",",
      paramLabel = "NAME",
      description = "Signals to compute, separated by commas (default: all).")
  private List<String> signals;

  @Option(
      names = "--class-names",
      split = ",",
      paramLabel = "NAME",
      description = {
        "Names of the classes in the order of their scores, separated by commas; kept in the table,",
        "for a policy that was trained with other classes."
      })
  private List<String> classNames = List.of();

  @Option(
      names = "--image-names",
      paramLabel = "F",
      description = {
        "Text file with a name per line for each image (default: file, array and index); labelled",
        "regions of a run or a labelling tool go by them."
      })
  private Path imageNames;

  @Option(
      names = "--mc",
      paramLabel = "T",
      description = {
        "Every T consecutive images are passes of one image with dropout: adds the BALD signals;",
        "the other signals are of the passes' mean."
      })
  private Integer passes;

  @Option(
      names = "--flipped",
      paramLabel = "F",
      description = {
        "File or folder with the predictions of the mirrored images, as the network gave them:",
        "adds the signals of their difference."
      })
  private Path flipped;

  @Option(names = "--maps", description = "Write the per-pixel maps of every image as well.")
  private boolean maps;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for signals.assay, scores.csv, features.npz, images.csv and maps/.")
  private Path out;

  @Option(names = "--force", description = "Replace results that DIR has already.")
  private boolean force;

  @Mixin private EngineOptions where;

  @Option(names = "--json", description = "End stdout with one line of JSON about the run.")
  private boolean json;

  ScoreCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    requireCells();
    requireOneComparison();
    long start = System.nanoTime();
    try (ScoreFiles source = ScoreFiles.open(inputs, layout(), preferred());
        ScoreFiles mirror = flipped == null ? null : open(flipped);
        Predictions predictions = predictions(source, mirror);
        Engine engine = where.open()) {
      requireClassNames(source.classes());
      SignalNames names = names(predictions);
      ScoringPlan plan = plan(names);
      ImageList images = images(source);
      try (OutputFolder folder = OutputFolder.open(out, force)) {
        StreamingScorer.Totals totals =
            new ScoreRun(engine, predictions, images, plan, names.extras(), classNames, folder)
                .run((done, total) -> talk.progress("scoring", done, total, ""));
        List<String> written = folder.finish();
        report(totals, source.classes(), (System.nanoTime() - start) / 1e9, written);
      }
    }
    return ExitCode.OK;
  }

  private ImageList images(ScoreFiles source) throws IOException {
    ImageList images = ImageList.of(source.arrays(), passes == null ? 1 : passes);
    return imageNames == null ? images : images.named(imageNames);
  }

  private void requireClassNames(int classes) {
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new UsageException(
          "--class-names: found "
              + classNames.size()
              + " names, expected one for each of the "
              + classes
              + " classes");
    }
  }

  private ScoreFiles open(Path input) throws IOException {
    return ScoreFiles.open(List.of(input), layout(), preferred());
  }

  private void requireOneComparison() {
    if (passes != null && flipped != null) {
      throw new UsageException(
          "--mc and --flipped: found both, expected one: a mirrored prediction is compared with one"
              + " prediction, not with passes");
    }
    if (passes != null && passes < 1) {
      throw new UsageException("--mc: found " + passes + ", expected at least 1 pass");
    }
  }

  private Predictions predictions(ScoreFiles source, ScoreFiles mirror) {
    try {
      if (passes != null) {
        return Predictions.passes(source, passes);
      }
      return mirror == null ? Predictions.single(source) : Predictions.mirrored(source, mirror);
    } catch (IllegalArgumentException e) {
      Path named = mirror == null ? inputs.get(0) : flipped;
      throw new IllegalArgumentException(named + ": " + e.getMessage(), e);
    }
  }

  private SignalNames names(Predictions predictions) {
    return signals == null
        ? SignalNames.all(predictions.extras())
        : SignalNames.parse(signals, predictions.extras());
  }

  private void requireCells() {
    if (!cells.equals("8x8")) {
      throw new UsageException(
          "--cells: found "
              + cells
              + ", expected 8x8: the published features and every kernel pool a region to 8x8 cells");
    }
  }

  private ScoringPlan plan(SignalNames names) {
    RegionSize size = RegionSize.parse("--region", region);
    try {
      return new ScoringPlan(
          kind(), names.signals(), size.width(), size.height(), maps, ScoringPlan.DEFAULT_CHUNK);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--region and --signals: " + e.getMessage());
    }
  }

  private ScoreKind kind() {
    return switch (input) {
      case "logits" -> ScoreKind.LOGITS;
      case "probs" -> ScoreKind.PROBABILITIES;
      default -> throw new UsageException("--input: found " + input + ", expected logits or probs");
    };
  }

  private String preferred() {
    return kind() == ScoreKind.LOGITS ? "logits" : "probabilities";
  }

  private Layout layout() {
    return switch (layout) {
      case "nchw" -> Layout.NCHW;
      case "nhwc" -> Layout.NHWC;
      default -> throw new UsageException("--layout: found " + layout + ", expected nchw or nhwc");
    };
  }

  private void report(
      StreamingScorer.Totals totals, int classes, double seconds, List<String> written) {
    talk.say(
        "scored "
            + totals.images()
            + " image(s), "
            + totals.regions()
            + " region(s); wrote "
            + String.join(", ", written)
            + " to "
            + out);
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("images", totals.images());
      line.put("regions", totals.regions());
      line.put("pixels", totals.pixels());
      line.put("classes", classes);
      line.put("seconds", seconds);
      line.put("out", out.toString());
      line.put("files", written);
      talk.data(Json.line(line));
    }
  }
}
