package dev.assay.cli.select;

import dev.assay.format.ElementType;
import dev.assay.format.FormatException;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.score.Column;
import dev.assay.select.Candidates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Candidates from an .npz archive: arrays [regions, ...] named as columns are; {@code image} as
 * numbers or names (absent: one image), {@code x} and {@code y} (absent: regions go by row), {@code
 * region_wh} [2] (absent: not known).
 */
final class ArrayCandidates extends CandidateFile {
  private static final String SIZE = "region_wh";

  private final Path file;
  private final NpzReader npz;
  private final List<NdArray> arrays = new ArrayList<>();
  private final List<String> images;
  private final int[] imageOf;
  private final Candidates.RegionSize size;

  ArrayCandidates(Path file, NpzReader npz) throws IOException {
    this.file = file;
    this.npz = npz;
    try {
      this.imageOf = new int[rows()];
      this.images = readImages();
      this.size = readSize();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The first dimension of the first array that has one per region. */
  private int rows() throws IOException {
    for (String name : npz.names()) {
      try (NdArray array = npz.read(name)) {
        if (!name.equals(SIZE) && array.rank() > 0) {
          return Math.toIntExact(array.shape(0));
        }
      }
    }
    throw new FormatException(file + ": found arrays " + npz.names() + ", expected [regions, ...]");
  }

  /** Fills {@link #imageOf} and returns the names of its numbers. */
  private List<String> readImages() throws IOException {
    if (!npz.has(Column.IMAGE)) {
      return List.of("0");
    }
    try (NdArray array = npz.read(Column.IMAGE)) {
      requireRows(array);
      if (array.type() == ElementType.TEXT) {
        return readNames(array);
      }
      int last = -1;
      for (int i = 0; i < imageOf.length; i++) {
        imageOf[i] = integer(array, i);
        last = Math.max(last, imageOf[i]);
      }
      return IntStream.rangeClosed(0, last).mapToObj(Integer::toString).toList();
    }
  }

  private List<String> readNames(NdArray array) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    for (int i = 0; i < imageOf.length; i++) {
      String name = array.getText(i);
      imageOf[i] = numbers.computeIfAbsent(name, n -> numbers.size());
    }
    return List.copyOf(numbers.keySet());
  }

  private Candidates.RegionSize readSize() throws IOException {
    if (!npz.has(SIZE)) {
      return null;
    }
    try (NdArray array = npz.read(SIZE)) {
      if (array.count() != 2) {
        throw wrong(array, "[width, height]");
      }
      return new Candidates.RegionSize(integer(array, 0), integer(array, 1));
    }
  }

  @Override
  public Path file() {
    return file;
  }

  @Override
  public List<String> images() {
    return images;
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }

  @Override
  public boolean hasCorners() {
    return npz.has(Column.X) && npz.has(Column.Y);
  }

  @Override
  public Candidates.RegionSize regionSize() {
    return size;
  }

  @Override
  public Candidates candidates(Set<String> columns) throws IOException {
    Map<String, Column> read = new LinkedHashMap<>();
    for (String name : columns) {
      read.put(name, column(name));
    }
    int classes = classes(read);
    Candidates candidates =
        hasCorners()
            ? Candidates.at(
                Column.of(Column.IMAGE, imageOf, 1),
                column(Column.X),
                column(Column.Y),
                size,
                classes)
            : new Candidates(imageOf, IntStream.range(0, imageOf.length).toArray(), classes);
    read.values().forEach(candidates::with);
    return candidates;
  }

  /** Of the columns with one value per class; 1 where there is none. */
  private static int classes(Map<String, Column> columns) {
    return Stream.of("class_histogram", "margin_by_class", "probability_mean")
        .filter(columns::containsKey)
        .map(name -> columns.get(name).width())
        .findFirst()
        .orElseGet(
            () -> {
              Column mixture = columns.get("context_mixture");
              return mixture == null ? 1 : (int) Math.round(Math.sqrt(mixture.width()));
            });
  }

  /** fp32 is viewed, other floating types are copied to fp32, integers to 32 bits. */
  private Column column(String name) throws IOException {
    NdArray array = npz.read(name);
    arrays.add(array);
    requireRows(array);
    int width = imageOf.length == 0 ? 1 : Math.toIntExact(array.count() / imageOf.length);
    return switch (array.type()) {
      case F4 -> Column.of(new Column.Spec(name, Column.Type.F32, width), array.span());
      case I4 -> Column.of(new Column.Spec(name, Column.Type.I32, width), array.span());
      case TEXT -> throw wrong(array, "numbers");
      default ->
          array.type().isFloating()
              ? Column.of(name, floats(array), width)
              : Column.of(name, integers(array), width);
    };
  }

  private static float[] floats(NdArray array) {
    float[] values = new float[Math.toIntExact(array.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) array.getDouble(i);
    }
    return values;
  }

  private int[] integers(NdArray array) throws FormatException {
    int[] values = new int[Math.toIntExact(array.count())];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(array, i);
    }
    return values;
  }

  private int integer(NdArray array, int i) throws FormatException {
    boolean integers = !array.type().isFloating() && array.type() != ElementType.TEXT;
    if (!integers || array.getLong(i) != (int) array.getLong(i)) {
      throw wrong(array, "integers of 32 bits");
    }
    return (int) array.getLong(i);
  }

  private void requireRows(NdArray array) throws FormatException {
    if (array.rank() == 0 || array.shape(0) != imageOf.length) {
      throw wrong(array, "first dimension " + imageOf.length + " like the archive's first array");
    }
  }

  private FormatException wrong(NdArray array, String expected) {
    return new FormatException(
        file + "[" + array.name() + "]: found " + array.describe() + ", expected " + expected);
  }

  @Override
  public void close() {
    arrays.forEach(NdArray::close);
    try {
      npz.close();
    } catch (IOException e) {
      throw new IllegalStateException(file + ": cannot be closed (" + e.getMessage() + ")", e);
    }
  }
}
