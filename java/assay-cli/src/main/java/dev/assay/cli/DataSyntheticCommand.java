package dev.assay.cli;

import dev.assay.data.ClassSet;
import dev.assay.data.DecodedImage;
import dev.assay.data.SceneConfig;
import dev.assay.data.SceneSource;
import dev.assay.format.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assay data synthetic}: generated street scenes in CamVid's layout. */
@Command(
    name = "synthetic",
    description = "Writes generated street scenes in CamVid's layout.",
    sortOptions = false)
final class DataSyntheticCommand extends BaseCommand {
  @Option(names = "--out", required = true, description = "The data set's folder.")
  private Path out;

  @Option(names = "--images", defaultValue = "120", description = "Training images.")
  private int images;

  @Option(names = "--val", defaultValue = "30", description = "Validation images.")
  private int val;

  @Option(names = "--test", defaultValue = "60", description = "Test images.")
  private int test;

  @Option(names = "--width", defaultValue = "480", description = "Pixels (default 480).")
  private int width;

  @Option(names = "--height", defaultValue = "360", description = "Pixels (default 360).")
  private int height;

  @Option(names = "--seed", defaultValue = "1", description = "Decides every scene.")
  private long seed;

  @Option(
      names = "--classes",
      defaultValue = "camvid",
      description = "camvid (11, video-like) or cityscapes (19).")
  private String classes;

  DataSyntheticCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() throws IOException {
    SceneConfig scenes =
        switch (classes) {
          case "camvid" -> SceneConfig.camvidLike(width, height, seed);
          case "cityscapes" -> SceneConfig.cityscapesLike(width, height, seed);
          default ->
              throw new UsageException(
                  "--classes " + classes + " does not exist; expected camvid or cityscapes");
        };
    write(scenes, SceneSource.Split.TRAIN, images);
    write(scenes, SceneSource.Split.VAL, val);
    write(scenes, SceneSource.Split.TEST, test);
    talk.data(out.toString());
    return ExitCode.OK;
  }

  private void write(SceneConfig scenes, SceneSource.Split split, int size) throws IOException {
    SceneSource source = new SceneSource(scenes, split, size);
    Path pictures = Files.createDirectories(out.resolve(split.folder()));
    Path masks = Files.createDirectories(out.resolve(split.folder() + "annot"));
    for (int i = 0; i < size; i++) {
      DecodedImage image = source.decode(i);
      png(pictures.resolve(source.id(i)), picture(image));
      png(masks.resolve(source.id(i)), mask(image, scenes.classes()));
      talk.progress("writing " + split.folder(), i + 1, size, "");
    }
  }

  private static BufferedImage picture(DecodedImage image) {
    BufferedImage picture =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] rgb = image.rgb();
    for (int i = 0; i < image.width() * image.height(); i++) {
      int colour =
          ((rgb[3 * i] & 0xff) << 16) | ((rgb[3 * i + 1] & 0xff) << 8) | (rgb[3 * i + 2] & 0xff);
      picture.setRGB(i % image.width(), i / image.width(), colour);
    }
    return picture;
  }

  private static BufferedImage mask(DecodedImage image, ClassSet classes) {
    BufferedImage mask =
        new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_BYTE_GRAY);
    byte[] labels = image.labels();
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      int onDisk = label == ClassSet.IGNORE ? classes.ignoreOnDisk() : label;
      mask.getRaster().setSample(i % image.width(), i / image.width(), 0, onDisk);
    }
    return mask;
  }

  private static void png(Path file, BufferedImage image) throws IOException {
    AtomicFile.write(
        file,
        stream -> {
          if (!ImageIO.write(image, "png", stream)) {
            throw new IOException(file + ": this Java runtime writes no PNG");
          }
        });
  }
}
