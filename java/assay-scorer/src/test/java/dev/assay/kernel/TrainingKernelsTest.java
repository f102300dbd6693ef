package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The kernels a segmenter trains with, against their equations in double. */
class TrainingKernelsTest {
  private static final Exec EXEC = Exec.cpu(2);

  private static HostBuffer gaussian(String name, int count, long seed) {
    Random random = new Random(seed);
    HostBuffer buffer = HostBuffer.floats(name, count);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i, (float) random.nextGaussian());
    }
    return buffer;
  }

  @Test
  void crossEntropyAndItsGradient() {
    int n = 2;
    int c = 5;
    int h = 3;
    int w = 7;
    int pixels = n * h * w;
    Random random = new Random(1);
    try (HostBuffer logits = gaussian("logits", pixels * c, 2);
        HostBuffer labels = HostBuffer.allocate("labels", pixels);
        HostBuffer weights = HostBuffer.floats("weights", c);
        HostBuffer gradient = HostBuffer.floats("gradient", (long) pixels * c);
        CrossEntropy kernel = new CrossEntropy()) {
      for (int i = 0; i < c; i++) {
        weights.putFloat(i, 0.5f + i);
      }
      double loss = 0;
      double sum = 0;
      for (int i = 0; i < pixels; i++) {
        int label = random.nextInt(c + 1);
        labels.putByte(i, (byte) (label == c ? 255 : label));
        if (label < c) {
          loss -= (0.5 + label) * Math.log(softmax(logits, i, c)[label]);
          sum += 0.5 + label;
        }
      }
      // NHWC: the classes of a pixel lie together.
      TensorView view = TensorView.nhwc(logits.address(), DType.F32, n, c, h, w);
      double got =
          kernel.run(EXEC, view, labels.address(), weights.address(), 255, gradient.address());
      assertEquals(loss / sum, got, 1e-6);
      assertEquals(sum, kernel.weightSum(), 1e-9);
      for (int i = 0; i < pixels; i++) {
        double[] p = softmax(logits, i, c);
        int label = labels.getByte(i) & 0xff;
        for (int j = 0; j < c; j++) {
          double expected = label == 255 ? 0 : (0.5 + label) * (p[j] - (j == label ? 1 : 0)) / sum;
          assertEquals(expected, gradient.getFloat((long) i * c + j), 1e-7);
        }
      }
      labels.putByte(0, (byte) 9);
      assertThrows(
          IllegalArgumentException.class,
          () -> kernel.run(EXEC, view, labels.address(), 0, 255, 0));
    }
  }

  private static double[] softmax(HostBuffer logits, int pixel, int classes) {
    double[] p = new double[classes];
    double sum = 0;
    for (int j = 0; j < classes; j++) {
      p[j] = Math.exp(logits.getFloat((long) pixel * classes + j));
      sum += p[j];
    }
    for (int j = 0; j < classes; j++) {
      p[j] /= sum;
    }
    return p;
  }

  @Test
  void sgdStep() {
    int count = 1001;
    try (HostBuffer p = gaussian("p", count, 1);
        HostBuffer g = gaussian("g", count, 2);
        HostBuffer v = gaussian("v", count, 3);
        HostBuffer p0 = gaussian("p", count, 1);
        HostBuffer v0 = gaussian("v", count, 3);
        SgdStep kernel = new SgdStep()) {
      kernel.run(EXEC, p.address(), g.address(), v.address(), count, 0.1, 0.9, 0.01, 0.5);
      for (int i = 0; i < count; i++) {
        double velocity = 0.9 * v0.getFloat(i) + 0.5 * g.getFloat(i) + 0.01 * p0.getFloat(i);
        assertEquals(velocity, v.getFloat(i), 1e-6);
        assertEquals(p0.getFloat(i) - 0.1 * velocity, p.getFloat(i), 1e-6);
      }
    }
  }

  @Test
  void adamStep() {
    int count = 1001;
    try (HostBuffer p = gaussian("p", count, 1);
        HostBuffer g = gaussian("g", count, 2);
        HostBuffer m = gaussian("m", count, 3);
        HostBuffer v = HostBuffer.floats("v", count);
        HostBuffer p0 = gaussian("p", count, 1);
        HostBuffer m0 = gaussian("m", count, 3);
        AdamStep kernel = new AdamStep()) {
      kernel.run(
          EXEC,
          p.address(),
          g.address(),
          m.address(),
          v.address(),
          count,
          3,
          0.01,
          0.9,
          0.999,
          1e-8,
          0.02,
          0.5);
      for (int i = 0; i < count; i++) {
        double gradient = 0.5 * g.getFloat(i) + 0.02 * p0.getFloat(i);
        double first = 0.9 * m0.getFloat(i) + 0.1 * gradient;
        double second = 0.001 * gradient * gradient;
        assertEquals(first, m.getFloat(i), 1e-6);
        assertEquals(second, v.getFloat(i), 1e-8);
        double step =
            0.01
                * (first / (1 - Math.pow(0.9, 3)))
                / (Math.sqrt(second / (1 - Math.pow(0.999, 3))) + 1e-8);
        assertEquals(p0.getFloat(i) - step, p.getFloat(i), 1e-5 * (1 + Math.abs(step)));
      }
    }
  }

  @Test
  void squaredNormHasTheSameBitsOnAnyNumberOfThreads() {
    int count = 100_003;
    try (HostBuffer values = gaussian("values", count, 4);
        SquaredNorm kernel = new SquaredNorm()) {
      double expected = 0;
      for (int i = 0; i < count; i++) {
        expected += (double) values.getFloat(i) * values.getFloat(i);
      }
      double one = kernel.run(Exec.cpu(1), values.address(), count);
      assertEquals(expected, one, 1e-9 * expected);
      assertEquals(one, kernel.run(Exec.cpu(2), values.address(), count), 0);
      assertEquals(one, kernel.run(Exec.cpu(0), values.address(), count), 0);
      assertEquals(0, kernel.run(Exec.cpu(1), 0, 0), 0);
    }
  }

  @Test
  void refusesNullsAndNonsense() {
    try (SgdStep sgd = new SgdStep();
        SquaredNorm norm = new SquaredNorm()) {
      assertThrows(IllegalArgumentException.class, () -> sgd.run(EXEC, 0, 8, 8, 4, 0.1, 0.9, 0, 1));
      assertThrows(
          IllegalArgumentException.class, () -> sgd.run(EXEC, 8, 8, 8, 0, Double.NaN, 0.9, 0, 1));
      assertThrows(IllegalArgumentException.class, () -> norm.run(EXEC, 0, 1));
      assertThrows(IllegalArgumentException.class, () -> norm.run(EXEC, 8, -1));
    }
  }
}
