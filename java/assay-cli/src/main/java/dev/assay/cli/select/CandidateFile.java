package dev.assay.cli.select;

import dev.assay.format.FormatException;
import dev.assay.format.NpzReader;
import dev.assay.score.SignalTable;
import dev.assay.select.Candidates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The regions that {@code --features} names, from a signal table or an archive of arrays. */
public abstract class CandidateFile implements AutoCloseable {
  /** Name of the signal table in a directory of scores. */
  private static final String TABLE = "signals.assay";

  /**
   * Opens a directory of scores, a signal table or an .npz archive.
   *
   * @throws IOException naming the file, what was found and what was expected
   */
  public static CandidateFile open(Path features) throws IOException {
    Path file = Files.isDirectory(features) ? features.resolve(TABLE) : features;
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file + ": found no such file, expected a signal table or an .npz archive");
    }
    return file.toString().endsWith(".npz")
        ? new ArrayCandidates(file, NpzReader.open(file))
        : new TableFile(SignalTable.open(file));
  }

  /** The file that is read. */
  public abstract Path file();

  /** All regions with some columns. */
  public abstract Candidates candidates(Set<String> columns) throws IOException;

  /** Names of images by number. */
  public abstract List<String> images();

  /** Names of the classes, or none where they are not known. */
  public abstract List<String> classNames();

  /** Whether regions are known by their corners, and not by their number alone. */
  public abstract boolean hasCorners();

  /** The regions' size, or null. */
  public abstract Candidates.RegionSize regionSize();

  /** The name of an image, which a damaged file may number wrongly. */
  public final String image(int number) throws FormatException {
    if (number < 0 || number >= images().size()) {
      throw new FormatException(
          file() + ": found a region of image " + number + ", expected one of " + images().size());
    }
    return images().get(number);
  }

  @Override
  public abstract void close();

  /** A signal table. */
  private static final class TableFile extends CandidateFile {
    private final SignalTable table;

    TableFile(SignalTable table) {
      this.table = table;
    }

    @Override
    public Path file() {
      return table.file();
    }

    @Override
    public Candidates candidates(Set<String> columns) throws IOException {
      return Candidates.of(table, columns);
    }

    @Override
    public List<String> images() {
      return table.layout().images();
    }

    @Override
    public List<String> classNames() {
      return table.layout().classNames();
    }

    @Override
    public boolean hasCorners() {
      return true;
    }

    @Override
    public Candidates.RegionSize regionSize() {
      return new Candidates.RegionSize(table.layout().regionWidth(), table.layout().regionHeight());
    }

    @Override
    public void close() {
      table.close();
    }
  }
}
