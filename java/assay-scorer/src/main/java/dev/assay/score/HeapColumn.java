package dev.assay.score;

import org.agrona.UnsafeApi;

/** Columns over arrays of the caller. An index past 2^31 values cannot occur: arrays end there. */
final class HeapColumn {
  private HeapColumn() {}

  static final class Floats extends Column {
    private static final long BASE = UnsafeApi.arrayBaseOffset(float[].class);
    private final float[] values;

    Floats(Spec spec, int rows, float[] values) {
      super(spec, rows);
      this.values = values;
    }

    @Override
    public float getFloat(int row, int element) {
      return values[(int) index(row, element)];
    }

    @Override
    public void copyRow(int row, long address) {
      UnsafeApi.copyMemory(values, BASE + 4 * index(row, 0), null, address, spec().rowBytes());
    }
  }

  static final class Ints extends Column {
    private static final long BASE = UnsafeApi.arrayBaseOffset(int[].class);
    private final int[] values;

    Ints(Spec spec, int rows, int[] values) {
      super(spec, rows);
      this.values = values;
    }

    @Override
    public int getInt(int row, int element) {
      return values[(int) index(row, element)];
    }

    @Override
    public void copyRow(int row, long address) {
      UnsafeApi.copyMemory(values, BASE + 4 * index(row, 0), null, address, spec().rowBytes());
    }
  }
}
