package dev.assay.format;

import dev.assay.memory.MappedWindow;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * An .npz archive, read member by member. Stored members can be mapped where they lie; deflated
 * ones are inflated while they are read, never beyond the size that their header's shape needs.
 */
public final class NpzReader extends ArrayFile {
  private static final String SUFFIX = ".npy";

  private final Path file;
  private final MappedWindow window;
  private final ZipDirectory directory;

  private NpzReader(Path file, MappedWindow window, ZipDirectory directory) {
    this.file = file;
    this.window = window;
    this.directory = directory;
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
    MappedWindow window = MappedWindow.open(file);
    try {
      return new NpzReader(file, window, ZipDirectory.read(file, window));
    } catch (IOException | RuntimeException e) {
      window.close();
      throw e;
    }
  }

  @Override
  public List<String> names() {
    return directory.members().stream()
        .map(ZipMember::name)
        .filter(n -> n.endsWith(SUFFIX))
        .map(n -> n.substring(0, n.length() - SUFFIX.length()))
        .toList();
  }

  /** Whether the archive has an array of that name. */
  public boolean has(String name) {
    return directory.get(name + SUFFIX) != null;
  }

  @Override
  public ArrayInfo info(String name) throws IOException {
    return header(member(name), name, new CRC32()).info();
  }

  @Override
  ArrayBytes bytes(String name) throws IOException {
    ZipMember member = member(name);
    CRC32 checksum = new CRC32();
    NpyHeader header = header(member, name, checksum);
    String source = header.info().source();
    ArrayBytes bytes =
        member.deflated()
            ? new InflatedBytes(source, () -> behind(member, header.bytes()))
            : new FileBytes(window, directory.dataStart(member) + header.bytes());
    return new CheckedBytes(source, bytes, header.info().bytes(), checksum, member.crc());
  }

  private ZipMember member(String name) throws FormatException {
    ZipMember member = directory.get(name + SUFFIX);
    if (member == null) {
      throw new FormatException(
          file + ": found arrays " + names() + ", expected one named " + name);
    }
    return member;
  }

  private NpyHeader header(ZipMember member, String name, CRC32 checksum) throws IOException {
    String source = file + "[" + name + "]";
    try (InputStream in = new CheckedInputStream(stream(member), checksum)) {
      NpyHeader header = NpyHeader.read(in, source, name);
      header.requireSize(member.size());
      return header;
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new FormatException(source + ": found damaged data (" + e.getMessage() + ")", e);
    }
  }

  private InputStream behind(ZipMember member, int headerBytes) throws IOException {
    InputStream in = stream(member);
    in.skipNBytes(headerBytes);
    return in;
  }

  private InputStream stream(ZipMember member) throws IOException {
    long from = directory.dataStart(member);
    InputStream in = new WindowInput(window, from, from + member.compressed());
    return member.deflated() ? new Inflating(in) : new BufferedInputStream(in);
  }

  /** A raw deflate stream that frees its native state on close. */
  private static final class Inflating extends InflaterInputStream {
    Inflating(InputStream in) {
      super(in, new Inflater(true), 1 << 13);
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
