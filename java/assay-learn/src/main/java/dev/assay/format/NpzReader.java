package dev.assay.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** An .npz archive (stored or deflated members), read member by member. Not synchronised. */
public final class NpzReader implements AutoCloseable {
  private static final String SUFFIX = ".npy";

  private final Path file;
  private final ZipFile zip;

  private NpzReader(Path file, ZipFile zip) {
    this.file = file;
    this.zip = zip;
  }

  /**
   * Opens an archive.
   *
   * @throws FormatException if it is not a whole zip file
   */
  public static NpzReader open(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file + ": found no such file, expected an .npz archive");
    }
    try {
      return new NpzReader(file, new ZipFile(file.toFile()));
    } catch (ZipException e) {
      throw new FormatException(
          file + ": found no whole zip archive (" + e.getMessage() + "), expected .npz", e);
    }
  }

  /** The arrays' names, in the archive's order. */
  public List<String> names() {
    List<String> names = new ArrayList<>();
    zip.stream()
        .map(ZipEntry::getName)
        .filter(n -> n.endsWith(SUFFIX))
        .forEach(n -> names.add(n.substring(0, n.length() - SUFFIX.length())));
    return names;
  }

  /** Whether the archive has an array of that name. */
  public boolean has(String name) {
    return zip.getEntry(name + SUFFIX) != null;
  }

  /**
   * Reads one array, which the caller closes.
   *
   * @throws FormatException if there is none of that name, or it is ill-formed or damaged
   */
  public NdArray read(String name) throws IOException {
    String source = file + "[" + name + "]";
    ZipEntry entry = zip.getEntry(name + SUFFIX);
    if (entry == null) {
      throw new FormatException(
          file + ": found arrays " + names() + ", expected one named " + name);
    }
    NdArray array = null;
    try (CheckedInputStream in = new CheckedInputStream(stream(entry), new CRC32())) {
      array = Npy.read(in, source, name, entry.getSize());
      long found = in.getChecksum().getValue();
      if (found != entry.getCrc()) {
        throw new FormatException(
            String.format("%s: found checksum %08x, expected %08x", source, found, entry.getCrc()));
      }
      return array;
    } catch (IOException e) {
      if (array != null) {
        array.close();
      }
      throw e instanceof FormatException
          ? e
          : new FormatException(source + ": found damaged data (" + e.getMessage() + ")", e);
    }
  }

  private InputStream stream(ZipEntry entry) throws IOException {
    return zip.getInputStream(entry);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
