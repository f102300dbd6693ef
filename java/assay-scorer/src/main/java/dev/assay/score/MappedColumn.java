package dev.assay.score;

import dev.assay.memory.MappedFile;
import java.util.zip.CRC32C;
import org.agrona.UnsafeApi;

/** A column of a table file; a row never straddles two mappings. */
final class MappedColumn extends Column {
  private final MappedFile mapped;
  private final long segmentBytes;
  private final long start;

  MappedColumn(Spec spec, int rows, MappedFile mapped, long segmentBytes) {
    super(spec, rows);
    this.mapped = mapped;
    this.segmentBytes = segmentBytes;
    this.start = rows > 0 && mapped.bytes() <= segmentBytes ? mapped.address(0, 0) : 0;
  }

  /** The most whole rows, at least one, that a mapping of at most {@code bytes} takes, in bytes. */
  static long segmentBytes(Spec spec, int bytes) {
    return Math.max(1, bytes / spec.rowBytes()) * spec.rowBytes();
  }

  @Override
  public float getFloat(int row, int element) {
    return spec().type() == Type.F32
        ? UnsafeApi.getFloat(address(row, element))
        : super.getFloat(row, element);
  }

  @Override
  public int getInt(int row, int element) {
    return spec().type() == Type.I32
        ? UnsafeApi.getInt(address(row, element))
        : super.getInt(row, element);
  }

  @Override
  public void copyRow(int row, long address) {
    UnsafeApi.copyMemory(address(row, 0), address, spec().rowBytes());
  }

  /** One mapping is the common case and spares a division per value. */
  private long address(int row, int element) {
    long offset = 4 * index(row, element);
    if (start != 0) {
      mapped.requireOpen();
      return start + offset;
    }
    return mapped.address(offset, 4);
  }

  /** CRC-32C of all bytes. */
  int crc() {
    CRC32C crc = new CRC32C();
    for (long at = 0; at < mapped.bytes(); at += segmentBytes) {
      crc.update(mapped.slice(at, (int) Math.min(segmentBytes, mapped.bytes() - at)));
    }
    return (int) crc.getValue();
  }
}
