package dev.assay.score;

import dev.assay.memory.Span;
import org.agrona.UnsafeApi;

/** A column over off-heap memory of the caller. */
final class SpanColumn extends Column {
  private final Span span;

  SpanColumn(Spec spec, int rows, Span span) {
    super(spec, rows);
    this.span = span;
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

  private long address(int row, int element) {
    if (span.owner() != null) {
      span.owner().requireOpen();
    }
    return span.address() + 4 * index(row, element);
  }
}
