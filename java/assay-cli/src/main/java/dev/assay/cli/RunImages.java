package dev.assay.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.data.ImagePack;
import dev.assay.report.ImageSource;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.DirectBuffer;

/** The training images of a run, from the pack that its {@code run.json} names. */
final class RunImages implements ImageSource, AutoCloseable {
  private final ImagePack pack;

  private RunImages(ImagePack pack) {
    this.pack = pack;
  }

  /** The images of {@code runDirectory}, or null when its pack is no longer there. */
  static RunImages open(Path runDirectory) throws IOException {
    JsonNode run = Json.mapper().readTree(Files.readString(runDirectory.resolve("run.json")));
    String pack = run.path("dataset").path("train_pack").asText();
    return pack.isEmpty() || !Files.exists(Path.of(pack))
        ? null
        : new RunImages(ImagePack.open(Path.of(pack)));
  }

  @Override
  public BufferedImage image(String id) {
    int i = pack.indexOf(id);
    if (i < 0) {
      return null;
    }
    int width = pack.width(i);
    int height = pack.height(i);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    DirectBuffer rgb = pack.rgb(i);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        int colour =
            ((rgb.getByte(at) & 0xff) << 16)
                | ((rgb.getByte(at + 1) & 0xff) << 8)
                | (rgb.getByte(at + 2) & 0xff);
        image.setRGB(x, y, colour);
      }
    }
    return image;
  }

  @Override
  public void close() {
    pack.close();
  }
}
