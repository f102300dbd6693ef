package dev.assay.cli.score;

import dev.assay.format.AtomicFile;
import dev.assay.format.FormatException;
import dev.assay.format.ScoreArray;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The images among the inputs' arrays.
 *
 * @param passes consecutive predictions of one image; the first stands for it here
 * @param names of the images
 */
public record ImageList(List<ScoreArray> arrays, int passes, List<String> names) {
  private interface Visitor {
    void image(long number, ScoreArray array, long index) throws IOException;
  }

  /** The images, named by file, array and index in it. */
  public static ImageList of(List<ScoreArray> arrays, int passes) throws IOException {
    List<String> names = new ArrayList<>();
    ImageList images = new ImageList(arrays, passes, names);
    images.forEach(
        (number, array, index) ->
            names.add(array.file().getFileName() + "[" + array.array() + "] " + index));
    return images;
  }

  /**
   * The same images with names of a text file, one per line.
   *
   * @throws FormatException naming file and line, unless each image has a name of its own
   */
  public ImageList named(Path file) throws IOException {
    List<String> given = Files.readAllLines(file).stream().map(String::strip).toList();
    if (given.size() != names.size()) {
      throw new FormatException(
          "%s: found %d lines, expected a name for each of the %d images"
              .formatted(file, given.size(), names.size()));
    }
    Map<String, Integer> lines = new HashMap<>();
    for (int line = 1; line <= given.size(); line++) {
      String name = given.get(line - 1);
      Integer before = lines.put(name, line);
      if (name.isEmpty() || before != null) {
        String found = name.isEmpty() ? "an empty line" : "the name of line " + before;
        throw new FormatException("%s:%d: found %s, expected a name".formatted(file, line, found));
      }
    }
    return new ImageList(arrays, passes, given);
  }

  private void forEach(Visitor visitor) throws IOException {
    for (ScoreArray array : arrays) {
      long end = array.firstImage() + array.images();
      for (long number = firstIn(array); number * passes < end; number++) {
        visitor.image(number, array, number * passes - array.firstImage());
      }
    }
  }

  /** The first image whose first pass is not before this array. */
  private long firstIn(ScoreArray array) {
    return (array.firstImage() + passes - 1) / passes;
  }

  /**
   * Regions of all images, which the headers tell.
   *
   * @throws FormatException naming the array, if its images are smaller than a region
   */
  int regions(RegionSize size) throws FormatException {
    long regions = 0;
    for (ScoreArray array : arrays) {
      long each = size.in(array.width(), array.height());
      if (each == 0) {
        throw new FormatException(
            array.source()
                + ": found images of "
                + array.width()
                + "x"
                + array.height()
                + " pixels, expected at least one region of "
                + size.width()
                + "x"
                + size.height());
      }
      long end = (array.firstImage() + array.images() + passes - 1) / passes;
      regions = Math.addExact(regions, Math.multiplyExact(each, end - firstIn(array)));
    }
    if (regions > Integer.MAX_VALUE) {
      throw new FormatException(
          arrays.get(0).source() + ": found " + regions + " regions in all, expected below 2^31");
    }
    return (int) regions;
  }

  /** Writes {@code images.csv}: a line per image number. */
  void write(Path file) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          csv.append("image,name,file,array,index,width,height\n");
          forEach(
              (number, array, index) ->
                  csv.append(Long.toString(number))
                      .append(',')
                      .append(quoted(names.get((int) number)))
                      .append(',')
                      .append(quoted(array.file().toString()))
                      .append(',')
                      .append(quoted(array.array()))
                      .append("," + index + "," + array.width() + "," + array.height() + "\n"));
          csv.flush();
        });
  }

  /** RFC 4180. */
  private static String quoted(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
