package dev.assay.report;

import dev.assay.data.ImagePack;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pictures of a run from the image pack it was trained on. Owner of the pack. */
public final class PackPictures implements PictureSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PackPictures.class);

  private final ImagePack pack;

  /** Takes over {@code pack}; closing this closes it. */
  public PackPictures(ImagePack pack) {
    this.pack = pack;
  }

  /**
   * Opens the pack of training images that the first of the runs with a pack at hand names in its
   * {@code run.json} as {@code dataset.train_pack}.
   *
   * @return null when no run names a pack that is there and intact; one WARN line says why
   * @throws IOException when a directory is not a run
   */
  public static PackPictures openOrNull(List<Path> runDirs) throws IOException {
    for (Path directory : runDirs) {
      String name = RunReader.read(directory).meta().path("dataset").path("train_pack").asText("");
      Path file = directory.resolve(name);
      if (name.isEmpty() || !Files.isRegularFile(file)) {
        LOG.warn("No pictures from {}: its image pack '{}' is not there", directory, name);
        continue;
      }
      try {
        return new PackPictures(ImagePack.open(file));
      } catch (IOException e) {
        LOG.warn("No pictures from {}: {}", directory, e.getMessage());
      }
    }
    return null;
  }

  @Override
  public BufferedImage image(String id) {
    int index = pack.indexOf(id);
    if (index < 0) {
      return null;
    }
    int width = pack.width(index);
    int height = pack.height(index);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    DirectBuffer rgb = pack.rgb(index);
    for (int i = 0; i < width * height; i++) {
      int red = rgb.getByte(3 * i) & 0xff;
      int green = rgb.getByte(3 * i + 1) & 0xff;
      int blue = rgb.getByte(3 * i + 2) & 0xff;
      image.setRGB(i % width, i / width, red << 16 | green << 8 | blue);
    }
    return image;
  }

  @Override
  public void close() {
    pack.close();
  }
}
