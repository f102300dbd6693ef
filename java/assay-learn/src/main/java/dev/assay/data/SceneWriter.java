package dev.assay.data;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Writes generated scenes as files in CamVid's layout, which {@link CamVidLayout} reads. */
public final class SceneWriter {
  private SceneWriter() {}

  /**
   * Writes {@code root/train}, {@code root/trainannot} and so on: PNG images, and 8-bit PNG masks
   * of the same name whose void is the class set's {@link ClassSet#ignoreOnDisk()}.
   *
   * @throws BadDataException if {@code root} holds anything already
   * @throws IOException if a file cannot be written
   */
  public static void write(
      SceneConfig config, int train, int val, int test, Path root, Progress progress)
      throws IOException {
    Files.createDirectories(root);
    try (Stream<Path> files = Files.list(root)) {
      if (files.findAny().isPresent()) {
        throw new BadDataException(root, "a folder with files in it", "an empty or new folder");
      }
    }
    write(new SceneSource(config, SceneSource.Split.TRAIN, train), config, root, progress);
    write(new SceneSource(config, SceneSource.Split.VAL, val), config, root, progress);
    write(new SceneSource(config, SceneSource.Split.TEST, test), config, root, progress);
  }

  private static void write(SceneSource source, SceneConfig config, Path root, Progress progress)
      throws IOException {
    Path images = Files.createDirectories(root.resolve(source.split().folder()));
    Path masks = Files.createDirectories(root.resolve(source.split().folder() + "annot"));
    String what = "writing " + source.description();
    int stride = ForkJoinPool.commonPool().getParallelism() + 1;
    for (int from = 0; from < source.size(); from += stride) {
      int to = Math.min(source.size(), from + stride);
      IOException[] failures = new IOException[to - from];
      int first = from;
      AtomicInteger failed = new AtomicInteger();
      IntStream.range(from, to)
          .parallel()
          .forEach(
              i -> {
                try {
                  DecodedImage scene = source.decode(i);
                  png(image(scene), images.resolve(source.id(i)));
                  png(mask(scene, config.classes()), masks.resolve(source.id(i)));
                } catch (IOException e) {
                  failures[i - first] = e;
                  failed.incrementAndGet();
                }
              });
      if (failed.get() > 0) {
        throw Stream.of(failures).filter(e -> e != null).findFirst().orElseThrow();
      }
      progress.update(what, to, source.size());
    }
  }

  private static BufferedImage image(DecodedImage scene) {
    int w = scene.width();
    BufferedImage image = new BufferedImage(w, scene.height(), BufferedImage.TYPE_3BYTE_BGR);
    image.getRaster().setDataElements(0, 0, w, scene.height(), scene.rgb());
    return image;
  }

  private static BufferedImage mask(DecodedImage scene, ClassSet classes) {
    int w = scene.width();
    byte[] onDisk = scene.labels().clone();
    for (int p = 0; p < onDisk.length; p++) {
      if ((onDisk[p] & 0xff) == ClassSet.IGNORE) {
        onDisk[p] = (byte) classes.ignoreOnDisk();
      }
    }
    BufferedImage mask = new BufferedImage(w, scene.height(), BufferedImage.TYPE_BYTE_GRAY);
    mask.getRaster().setDataElements(0, 0, w, scene.height(), onDisk);
    return mask;
  }

  private static void png(BufferedImage image, Path file) throws IOException {
    if (!ImageIO.write(image, "png", file.toFile())) {
      throw new IOException(file + ": this Java runtime cannot write PNG files");
    }
  }
}
