package dev.assay.nn;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Tensor;

/** Values of a back end's memory, wherever it is, for tests. */
public final class Values {
  private Values() {}

  /** {@code count} floats from {@code address} on. */
  public static float[] floats(Memory memory, long address, long count) {
    try (HostBuffer copy = HostBuffer.floats("copy", count)) {
      memory.copyOut(address, copy.address(), copy.bytes());
      float[] values = new float[(int) count];
      for (int i = 0; i < values.length; i++) {
        values[i] = copy.getFloat(i);
      }
      return values;
    }
  }

  /** All values of an fp32 tensor. */
  public static float[] floats(Memory memory, Tensor t) {
    return floats(memory, t.address(), t.shape().elements());
  }

  /** The same, widened. */
  public static double[] of(Memory memory, Tensor t) {
    float[] narrow = floats(memory, t);
    double[] values = new double[narrow.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = narrow[i];
    }
    return values;
  }

  /** One value. */
  public static float get(Memory memory, Tensor t, long i) {
    return floats(memory, t.address() + i * Float.BYTES, 1)[0];
  }

  /** Writes one value. */
  public static void put(Memory memory, Tensor t, long i, double value) {
    write(memory, t.address() + i * Float.BYTES, value);
  }

  /** Writes values from the first on. */
  public static void write(Memory memory, Tensor t, double... values) {
    write(memory, t.address(), values);
  }

  private static void write(Memory memory, long address, double... values) {
    try (HostBuffer copy = HostBuffer.floats("copy", values.length)) {
      for (int i = 0; i < values.length; i++) {
        copy.putFloat(i, (float) values[i]);
      }
      memory.copyIn(copy.address(), address, copy.bytes());
    }
  }
}
