package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernels of a network's layers, against their equations in double. */
class NetworkKernelsTest {
  private static final Exec EXEC = Exec.cpu(2);

  private static HostBuffer gaussian(String name, int count, long seed) {
    Random random = new Random(seed);
    HostBuffer buffer = HostBuffer.floats(name, count);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i, (float) random.nextGaussian());
    }
    return buffer;
  }

  private static double expected(ElementFunction function, double a, double b) {
    return switch (function) {
      case RELU -> Math.max(a, 0);
      case RELU_BACKWARD -> a > 0 ? b : 0;
      case SIGMOID -> 1 / (1 + Math.exp(-a));
      case SIGMOID_BACKWARD -> b * a * (1 - a);
      case ADD -> a + b;
      case ADD_RELU -> Math.max(a + b, 0);
      case MULTIPLY -> 1.25 * a * b;
      case CAST -> a;
    };
  }

  @Test
  void elementFunctions() {
    int count = 1003;
    try (HostBuffer a = gaussian("a", count, 1);
        HostBuffer b = gaussian("b", count, 2);
        HostBuffer out = HostBuffer.floats("out", count);
        Elementwise kernel = new Elementwise()) {
      for (ElementFunction f : ElementFunction.values()) {
        long second = f.twoInputs() ? b.address() : 0;
        kernel.run(EXEC, f, DType.F32, DType.F32, count, a.address(), second, out.address(), 1.25);
        for (int i = 0; i < count; i++) {
          assertEquals(expected(f, a.getFloat(i), b.getFloat(i)), out.getFloat(i), 2e-6, f.name());
        }
      }
    }
  }

  @Test
  void castRoundsToNearestEven() {
    float[] values = {1.00390625f, 1.01171875f, 1.0039063f, -3.3e38f, Float.NaN, 3.4e38f};
    int[] expected = {0x3f80, 0x3f82, 0x3f81, 0xff78, 0x7fff, 0x7f80};
    try (HostBuffer a = HostBuffer.floats("a", values.length);
        HostBuffer out = HostBuffer.allocate("out", 2L * values.length);
        Elementwise kernel = new Elementwise()) {
      for (int i = 0; i < values.length; i++) {
        a.putFloat(i, values[i]);
      }
      kernel.run(
          EXEC,
          ElementFunction.CAST,
          DType.F32,
          DType.BF16,
          values.length,
          a.address(),
          0,
          out.address(),
          1);
      for (int i = 0; i < values.length; i++) {
        int bits = (out.getByte(2 * i) & 0xff) | (out.getByte(2 * i + 1) & 0xff) << 8;
        assertEquals(expected[i], bits, "element " + i);
      }
    }
  }

  @Test
  void channelCopyConcatenatesAndSlices() {
    int pixels = 37;
    try (HostBuffer part = gaussian("part", pixels * 3, 3);
        HostBuffer whole = gaussian("whole", pixels * 8, 4);
        HostBuffer before = gaussian("whole", pixels * 8, 4);
        HostBuffer slice = HostBuffer.floats("slice", pixels * 3);
        ChannelCopy kernel = new ChannelCopy()) {
      kernel.run(EXEC, DType.F32, pixels, 3, part.address(), 3, 0, whole.address(), 8, 4);
      kernel.run(EXEC, DType.F32, pixels, 3, whole.address(), 8, 4, slice.address(), 3, 0);
      for (int i = 0; i < pixels * 8; i++) {
        int c = i % 8 - 4;
        float expected = c >= 0 && c < 3 ? part.getFloat(i / 8 * 3 + c) : before.getFloat(i);
        assertEquals(expected, whole.getFloat(i));
      }
      for (int i = 0; i < pixels * 3; i++) {
        assertEquals(part.getFloat(i), slice.getFloat(i));
      }
    }
  }

  @Test
  void refusesNullsAndNonsense() {
    try (Elementwise elementwise = new Elementwise();
        ChannelCopy copy = new ChannelCopy()) {
      assertThrows(
          IllegalArgumentException.class,
          () -> elementwise.run(EXEC, ElementFunction.ADD, DType.F32, DType.F32, 4, 8, 0, 8, 1));
      assertThrows(
          UnsupportedOperationException.class,
          () -> elementwise.run(EXEC, ElementFunction.RELU, DType.F16, DType.F16, 0, 0, 0, 0, 1));
      assertThrows(
          IllegalArgumentException.class, () -> copy.run(EXEC, DType.F32, 1, 3, 8, 4, 2, 8, 3, 0));
    }
  }
}
