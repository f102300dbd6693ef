package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import java.util.Random;
import java.util.SplittableRandom;
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
    float[] values = {1.00390625f, 1.01171875f, 1.0039064f, -3.3e38f, Float.NaN, 3.4e38f};
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
        int bits = (out.getByte(2L * i) & 0xff) | (out.getByte(2L * i + 1) & 0xff) << 8;
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
        HostBuffer slice = HostBuffer.floats("slice", pixels * 3L);
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

  /** y = R x along one axis of [in] pixels with one channel, in double. */
  private static double[] resized(ResizeRule rule, HostBuffer x, int in, int out) {
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      double at =
          switch (rule) {
            case BILINEAR_HALF_PIXEL -> Math.max(0, (o + 0.5) * in / out - 0.5);
            case BILINEAR_ALIGNED_CORNERS -> o * (in - 1.0) / (out - 1);
            case NEAREST_HALF_PIXEL -> Math.floor((o + 0.5) * in / out);
          };
      int low = (int) at;
      double share = at - low;
      y[o] = (1 - share) * x.getFloat(low) + share * x.getFloat(Math.min(low + 1, in - 1));
    }
    return y;
  }

  @Test
  void resizeAndItsTranspose() {
    int in = 7;
    int out = 18;
    Resize.Extents row = new Resize.Extents(1, 1, 1, in, 1, out);
    try (HostBuffer x = gaussian("x", in, 5);
        HostBuffer y = HostBuffer.floats("y", out);
        HostBuffer dy = gaussian("dy", out, 6);
        HostBuffer dx = HostBuffer.floats("dx", in);
        Resize kernel = new Resize()) {
      for (ResizeRule rule : ResizeRule.values()) {
        kernel.forward(EXEC, rule, DType.F32, row, x.address(), y.address());
        kernel.backward(EXEC, rule, DType.F32, row, dy.address(), dx.address());
        double[] expected = resized(rule, x, in, out);
        double forward = 0;
        double backward = 0;
        for (int o = 0; o < out; o++) {
          assertEquals(expected[o], y.getFloat(o), 1e-6, rule.name());
          forward += expected[o] * dy.getFloat(o);
        }
        for (int i = 0; i < in; i++) {
          backward += (double) x.getFloat(i) * dx.getFloat(i);
        }
        assertEquals(forward, backward, 1e-5, rule.name());
      }
    }
  }

  @Test
  void dropoutMaskDrawsFromSplitMix() {
    int count = 1001;
    int threshold = 20_000;
    long key = 42;
    try (HostBuffer out = HostBuffer.floats("mask", count);
        DropoutMask kernel = new DropoutMask()) {
      kernel.run(EXEC, DType.F32, count, threshold, key, out.address());
      // The JDK's generator adds the golden ratio before it mixes.
      SplittableRandom random = new SplittableRandom(key - 0x9E3779B97F4A7C15L);
      long bits = 0;
      for (int i = 0; i < count; i++, bits >>>= 16) {
        bits = i % 4 == 0 ? random.nextLong() : bits;
        assertEquals((bits & 0xffff) < threshold ? 0 : 1, out.getFloat(i), "element " + i);
      }
    }
  }

  @Test
  void dropoutMaskKeepsItsBits() {
    try (HostBuffer out = HostBuffer.floats("mask", 64);
        DropoutMask kernel = new DropoutMask()) {
      kernel.run(EXEC, DType.F32, 64, 32_768, 7, out.address());
      long kept = 0;
      for (int i = 0; i < 64; i++) {
        kept |= out.getFloat(i) == 1 ? 1L << i : 0;
      }
      assertEquals(0xce985665570ca241L, kept);
    }
  }

  @Test
  void foldedNormalisation() {
    int outputs = 5;
    int perOutput = 27;
    double epsilon = 1e-3;
    try (HostBuffer w = gaussian("w", outputs * perOutput, 7);
        HostBuffer bias = gaussian("bias", outputs, 8);
        HostBuffer scale = gaussian("scale", outputs, 9);
        HostBuffer mean = gaussian("mean", outputs, 10);
        HostBuffer foldedW = HostBuffer.floats("folded w", outputs * (long) perOutput);
        HostBuffer foldedB = HostBuffer.floats("folded b", outputs);
        FoldNormalisation kernel = new FoldNormalisation()) {
      // One vector serves as shift and mean, another as scale and variance.
      for (int i = 0; i < outputs; i++) {
        scale.putFloat(i, Math.abs(scale.getFloat(i)));
      }
      FoldNormalisation.Statistics statistics =
          new FoldNormalisation.Statistics(
              scale.address(), mean.address(), mean.address(), scale.address(), epsilon);
      kernel.run(
          EXEC,
          outputs,
          perOutput,
          w.address(),
          bias.address(),
          statistics,
          foldedW.address(),
          foldedB.address());
      for (int o = 0; o < outputs; o++) {
        double s = scale.getFloat(o) / Math.sqrt(scale.getFloat(o) + epsilon);
        double b = mean.getFloat(o) + (bias.getFloat(o) - mean.getFloat(o)) * s;
        assertEquals(b, foldedB.getFloat(o), 1e-6);
        for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
          assertEquals(w.getFloat(i) * s, foldedW.getFloat(i), 1e-6);
        }
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
