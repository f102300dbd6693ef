package dev.assay.cli.score;

import dev.assay.format.AtomicFile;
import dev.assay.format.FormatException;
import dev.assay.format.ScoreArray;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The images among the inputs' arrays.
 *
 * @param passes consecutive predictions of one image; the first stands for it here
 */
public record ImageList(List<ScoreArray> arrays, int passes) {
  private interface Visitor {
    void image(long number, ScoreArray array, long index) throws IOException;
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

  /** A name for each image: file, array, index in it. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    forEach(
        (number, array, index) ->
            names.add(array.file().getFileName() + "[" + array.array() + "] " + index));
    return names;
  }

  /** Writes {@code images.csv}: a line per image number. */
  void write(Path file) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          Writer csv = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          csv.append("image,file,array,index,width,height\n");
          forEach(
              (number, array, index) ->
                  csv.append(Long.toString(number))
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
