package dev.assay.format;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes an .npz archive of stored members whose data begin at multiples of 64 bytes, so that they
 * can be mapped where they lie, and without holding an array in memory. Equal arrays make equal
 * files.
 */
public final class NpzStream implements AutoCloseable {
  /** Two seconds behind zip's first moment, for which the JDK would add a field to the header. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0, 2);

  private static final int ALIGNMENT = 64;
  private static final int LOCAL_HEADER = 30;
  private static final int EXTRA_HEADER = 4;

  /** What Android's tools mark padding with; readers skip what they do not know. */
  private static final short PADDING = (short) 0xd935;

  private final Counter counter;
  private final ZipOutputStream zip;

  /** What writes an array's bytes, C order and little endian; called twice. */
  @FunctionalInterface
  public interface Content {
    /** Writes all bytes; does not close. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** An archive on {@code out}, which stays the caller's. */
  public NpzStream(OutputStream out) {
    this.counter = new Counter(out);
    this.zip = new ZipOutputStream(counter);
  }

  /** Adds one array: a first pass for the checksum, which a stored member begins with. */
  public void add(String name, ElementType type, Content content, long... shape)
      throws IOException {
    byte[] header = NpyHeader.of(type, "", shape);
    Counter length = new Counter(OutputStream.nullOutputStream());
    CheckedOutputStream checked = new CheckedOutputStream(length, new CRC32());
    checked.write(header);
    content.writeTo(checked);
    zip.flush();
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(length.count);
    entry.setCrc(checked.getChecksum().getValue());
    entry.setTimeLocal(EPOCH);
    entry.setExtra(padding(entry.getName().length()));
    zip.putNextEntry(entry);
    zip.write(header);
    content.writeTo(zip);
    zip.closeEntry();
  }

  /** So much that the array's own header, a multiple of 64 bytes, begins at one as well. */
  private byte[] padding(int nameLength) {
    long start = counter.count + LOCAL_HEADER + nameLength + EXTRA_HEADER;
    int missing = (int) (-start & (ALIGNMENT - 1));
    return ByteBuffer.allocate(EXTRA_HEADER + missing)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(PADDING)
        .putShort((short) missing)
        .array();
  }

  /** Writes the archive's directory. */
  @Override
  public void close() throws IOException {
    zip.finish();
  }

  private static final class Counter extends FilterOutputStream {
    private long count;

    Counter(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      count += length;
    }
  }
}
