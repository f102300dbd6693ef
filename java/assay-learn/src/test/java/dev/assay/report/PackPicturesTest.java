package dev.assay.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.data.DecodedImage;
import dev.assay.data.ImagePack;
import dev.assay.data.Progress;
import dev.assay.data.SceneConfig;
import dev.assay.data.SceneSource;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackPicturesTest {
  @TempDir Path directory;

  @Test
  void picturesAreThePixelsOfThePack() throws Exception {
    SceneSource source =
        new SceneSource(SceneConfig.camvidLike(64, 48, 3), SceneSource.Split.TRAIN, 2);
    Path file = directory.resolve("train.pack");
    ImagePack.openOrBuild(file, source, Progress.NONE).close();
    RunFixture fixture = new RunFixture();
    fixture.data = "{\"source\":\"synthetic\",\"train_pack\":\"" + file + "\"}";
    fixture.imageIds = new String[] {source.id(0), source.id(1)};
    fixture.images = 2;
    Path run = fixture.write(directory.resolve("run"));
    try (PackPictures pictures = PackPictures.openOrNull(List.of(run))) {
      BufferedImage image = pictures.image(source.id(1));
      DecodedImage expected = source.decode(1);
      assertEquals(64, image.getWidth());
      assertEquals(48, image.getHeight());
      for (int i = 0; i < 64 * 48; i++) {
        int rgb = image.getRGB(i % 64, i / 64);
        assertEquals(expected.rgb()[3 * i], (byte) (rgb >> 16));
        assertEquals(expected.rgb()[3 * i + 1], (byte) (rgb >> 8));
        assertEquals(expected.rgb()[3 * i + 2], (byte) rgb);
      }
      assertNull(pictures.image("no such image"));
      Path html = directory.resolve("report.html");
      ReportWriter.write(List.of(run), pictures, html);
      assertTrue(Files.readString(html).contains("data:image/jpeg;base64,"));
    }
  }

  @Test
  void missingOrDamagedPackGivesNoPictures() throws Exception {
    RunFixture fixture = new RunFixture();
    Path run = fixture.write(directory.resolve("run"));
    assertNull(PackPictures.openOrNull(List.of(run)));
    Path file = directory.resolve("train.pack");
    RunFixture.text(file, "not a pack");
    fixture.data = "{\"train_pack\":\"" + file + "\"}";
    assertNull(PackPictures.openOrNull(List.of(fixture.write(directory.resolve("run2")))));
  }
}
