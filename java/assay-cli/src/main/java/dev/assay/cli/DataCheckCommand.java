package dev.assay.cli;

import dev.assay.data.BadDataException;
import dev.assay.data.CamVidLayout;
import dev.assay.data.CityscapesLayout;
import dev.assay.data.ClassSet;
import dev.assay.data.DecodedImage;
import dev.assay.data.GtavLayout;
import dev.assay.data.PairedImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code assay data check}: decodes every image and mask of a data set, and counts classes. */
@Command(
    name = "check",
    description = "Decodes every image and mask of a data set in one of the known layouts.",
    sortOptions = false)
final class DataCheckCommand extends BaseCommand {

  @Parameters(paramLabel = "DIR", description = "The data set's folder.")
  private Path directory;

  @Option(
      names = "--layout",
      defaultValue = "camvid",
      description =
          "camvid (train, trainannot, ...), cityscapes (leftImg8bit, gtFine) or gtav (images,"
              + " labels).")
  private String layout;

  @Option(
      names = "--classes",
      defaultValue = "camvid",
      description = "camvid (11 classes) or cityscapes (19).")
  private String classes;

  DataCheckCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    ClassSet set =
        switch (classes) {
          case "camvid" -> ClassSet.CAMVID;
          case "cityscapes" -> ClassSet.CITYSCAPES;
          default ->
              throw new UsageException(
                  "--classes " + classes + " does not exist; expected camvid or cityscapes");
        };
    int bad = 0;
    long[] pixels = new long[256];
    for (PairedImages source : sources(set)) {
      bad += check(source, pixels);
      talk.data(
          String.format(Locale.ROOT, "%-20s %5d images", source.description(), source.size()));
    }
    shares(set, pixels);
    if (bad > 0) {
      talk.data(bad + " bad image(s)");
      return ExitCode.BAD_INPUT;
    }
    return ExitCode.OK;
  }

  private List<PairedImages> sources(ClassSet set) throws IOException {
    return switch (layout) {
      case "camvid" ->
          List.of(
              CamVidLayout.open(directory, "train", set),
              CamVidLayout.open(directory, "val", set),
              CamVidLayout.open(directory, "test", set));
      case "cityscapes" -> {
        if (set != ClassSet.CITYSCAPES) {
          throw new UsageException("--layout cityscapes needs --classes cityscapes");
        }
        yield List.of(
            CityscapesLayout.open(directory, "train"), CityscapesLayout.open(directory, "val"));
      }
      case "gtav" -> List.of(GtavLayout.open(directory, set));
      default ->
          throw new UsageException(
              "--layout " + layout + " does not exist; expected camvid, cityscapes or gtav");
    };
  }

  /** Goes on after a bad image, so that one run names them all. */
  private int check(PairedImages source, long[] pixels) throws IOException {
    int bad = 0;
    for (int i = 0; i < source.size(); i++) {
      try {
        DecodedImage image = source.decode(i);
        for (byte label : image.labels()) {
          pixels[label & 0xff]++;
        }
      } catch (BadDataException e) {
        bad++;
        talk.data("BAD " + e.getMessage());
      }
      talk.progress("checking " + source.description(), i + 1, source.size(), "");
    }
    return bad;
  }

  private void shares(ClassSet set, long[] pixels) {
    long total = 0;
    for (long count : pixels) {
      total += count;
    }
    for (int c = 0; c < set.size(); c++) {
      talk.data(share(set.className(c), pixels[c], total));
    }
    talk.data(share("void", pixels[ClassSet.IGNORE], total));
  }

  private static String share(String name, long count, long total) {
    double percent = total == 0 ? 0 : 100.0 * count / total;
    return String.format(Locale.ROOT, "%-14s %6.2f %%", name, percent);
  }
}
