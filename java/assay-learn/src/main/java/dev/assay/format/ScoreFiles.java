package dev.assay.format;

import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import dev.assay.score.ScoreSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Class scores from array files: every file in the order given, a folder's files by name, a file's
 * arrays in the file's order. Every header is read and checked on opening; after that one file at a
 * time is open, and one image at a time in memory.
 *
 * <p>Of an archive that has an array called as {@code preferred}, only that one is read, so that
 * archives may hold other things as well; of any other archive, every array must be class scores.
 */
public final class ScoreFiles implements ScoreSource {
  private final Layout layout;
  private final List<ScoreArray> arrays = new ArrayList<>();
  private long images;
  private int classes;
  private int nextArray;
  private long nextImage;
  private String name = "no image";
  private ArrayFile file;
  private ArrayImages current;

  private ScoreFiles(Layout layout) {
    this.layout = layout;
  }

  /**
   * Looks at every header.
   *
   * @param inputs files and folders
   * @param preferred name of the array to take where an archive has it, for example {@code logits}
   * @throws FormatException if a file is ill-formed, or its arrays are no class scores, or the
   *     number of classes varies
   */
  public static ScoreFiles open(List<Path> inputs, Layout layout, String preferred)
      throws IOException {
    ScoreFiles source = new ScoreFiles(layout);
    for (Path input : inputs) {
      for (Path path : files(input)) {
        source.add(path, preferred);
      }
    }
    return source;
  }

  private static List<Path> files(Path input) throws IOException {
    if (!Files.isDirectory(input)) {
      return List.of(input);
    }
    try (Stream<Path> entries = Files.list(input)) {
      List<Path> files = entries.filter(ArrayFile::isKnown).sorted().toList();
      if (files.isEmpty()) {
        throw new FormatException(
            input
                + ": found a folder without "
                + String.join(", ", ArrayFile.SUFFIXES)
                + " files, expected class scores");
      }
      return files;
    }
  }

  private void add(Path path, String preferred) throws IOException {
    try (ArrayFile opened = ArrayFile.open(path)) {
      List<String> names = opened.names();
      if (names.isEmpty()) {
        throw new FormatException(path + ": found no arrays, expected class scores");
      }
      for (String array : names.contains(preferred) ? List.of(preferred) : names) {
        add(path, opened.info(array));
      }
    }
  }

  private void add(Path path, ArrayInfo info) throws FormatException {
    ImageShape shape = ImageShape.of(info, layout);
    if (arrays.isEmpty()) {
      classes = (int) shape.c();
    } else if (shape.c() != classes) {
      throw new FormatException(
          info.source()
              + ": found "
              + shape.c()
              + " classes, expected "
              + classes
              + " as in "
              + arrays.get(0).source());
    }
    int height = (int) shape.h();
    int width = (int) shape.w();
    arrays.add(new ScoreArray(path, info.name(), info.source(), images, shape.n(), height, width));
    images = Math.addExact(images, shape.n());
  }

  /** The arrays in their order. */
  public List<ScoreArray> arrays() {
    return List.copyOf(arrays);
  }

  @Override
  public long images() {
    return images;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public TensorView next() throws IOException {
    if (current != null && nextImage == arrays.get(nextArray - 1).images()) {
      closeCurrent();
    }
    if (current == null) {
      if (nextArray == arrays.size()) {
        return null;
      }
      open(arrays.get(nextArray++));
    }
    name = arrays.get(nextArray - 1).source() + " image " + nextImage;
    return current.image(nextImage++);
  }

  private void open(ScoreArray array) throws IOException {
    file = ArrayFile.open(array.file());
    ArrayInfo info = file.info(array.array());
    ImageShape shape = ImageShape.of(info, layout);
    if (shape.n() != array.images()
        || shape.c() != classes
        || shape.h() != array.height()
        || shape.w() != array.width()) {
      throw new FormatException(
          array.source() + ": found " + info.describe() + ", expected the shape it had before");
    }
    current = new ArrayImages(info, layout, file.bytes(array.array()));
    nextImage = 0;
  }

  @Override
  public String name() {
    return name;
  }

  private void closeCurrent() throws IOException {
    if (current != null) {
      current.close();
      current = null;
    }
    if (file != null) {
      file.close();
      file = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeCurrent();
  }
}
