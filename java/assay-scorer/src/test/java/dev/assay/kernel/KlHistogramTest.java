package dev.assay.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

class KlHistogramTest {
  private static final int[] COUNTS = {3, 1, 0, 4, 0, 4, 1, 1, 6};

  private static HostBuffer ints(int... values) {
    HostBuffer buffer = HostBuffer.allocate("counts", 4L * values.length);
    for (int i = 0; i < values.length; i++) {
      UnsafeApi.putInt(buffer.address() + 4L * i, values[i]);
    }
    return buffer;
  }

  private static ClassDistributions rows(HostBuffer counts, long count, int classes, double fill) {
    return new ClassDistributions(
        Span.of(counts), ClassDistributions.Type.I32, count, classes, fill);
  }

  private static double kl(int a, int b, double fill) {
    double[] p = new double[3];
    double[] q = new double[3];
    double sumP = 0;
    double sumQ = 0;
    for (int k = 0; k < 3; k++) {
      p[k] = COUNTS[3 * a + k] == 0 ? fill : COUNTS[3 * a + k];
      q[k] = COUNTS[3 * b + k] == 0 ? fill : COUNTS[3 * b + k];
      sumP += p[k];
      sumQ += q[k];
    }
    double sum = 0;
    for (int k = 0; k < 3; k++) {
      sum += p[k] / sumP * Math.log(p[k] / sumP / (q[k] / sumQ));
    }
    return sum;
  }

  @Test
  void scoresCandidatesAmongThemselves() {
    try (HostBuffer counts = ints(COUNTS);
        HostBuffer scores = HostBuffer.allocate("kl", 72);
        HostBuffer ends = HostBuffer.allocate("ends", 48);
        HostBuffer histogram = HostBuffer.floats("histogram", 96);
        KlHistogram kernel = new KlHistogram()) {
      KlOutputs outputs =
          new KlOutputs(
              Span.of(histogram), Span.of(ends, 0, 24), Span.of(ends, 24, 24), Span.of(scores));
      kernel.run(Exec.cpu(2), rows(counts, 3, 3, 1e-7), null, outputs);
      for (int a = 0; a < 3; a++) {
        double largest = 0;
        for (int b = 0; b < 3; b++) {
          double expected = kl(a, b, 1e-7);
          largest = Math.max(largest, expected);
          assertEquals(expected, UnsafeApi.getDouble(scores.address() + 8L * (3 * a + b)), 1e-12);
        }
        assertEquals(0, UnsafeApi.getDouble(ends.address() + 8L * a));
        assertEquals(largest, UnsafeApi.getDouble(ends.address() + 24 + 8L * a), 1e-12);
        assertEquals(1f / 3, histogram.getFloat(32L * a + 31), "the largest is in the last bin");
      }
    }
  }

  @Test
  void withoutReferencesAllIsZero() {
    try (HostBuffer counts = ints(1, 2);
        HostBuffer histogram = HostBuffer.floats("histogram", 32);
        KlHistogram kernel = new KlHistogram()) {
      histogram.putFloat(16, 5);
      ClassDistributions none =
          new ClassDistributions(Span.raw(0, 0), ClassDistributions.Type.F64, 0, 2, 0);
      kernel.run(Exec.cpu(1), rows(counts, 1, 2, 0), none, KlOutputs.histogram(Span.of(histogram)));
      for (int b = 0; b < 32; b++) {
        assertEquals(0f, histogram.getFloat(b));
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (HostBuffer counts = ints(1, 2, 0, 0, 1, -1);
        HostBuffer histogram = HostBuffer.floats("histogram", 64);
        KlHistogram kernel = new KlHistogram()) {
      KlOutputs outputs = KlOutputs.histogram(Span.of(histogram));
      ClassDistributions good = rows(counts, 1, 2, 0);
      refused(kernel, good, rows(counts, 2, 2, 0), outputs, "references[1]: the sum 0 of a row");
      refused(kernel, good, rows(counts, 2, 3, 0), outputs, "references.classes=3 must be");
      refused(kernel, rows(counts, 2, 3, 0), null, outputs, "candidates[1, 2]=-1");
      refused(kernel, rows(counts, 1, 2, 2), null, outputs, "candidates.fill=2.0 must be");
      refused(kernel, rows(counts, 4, 2, 0), null, outputs, "candidates: 24 bytes must be");
      refused(
          kernel,
          rows(counts, 3, 1, 0),
          null,
          KlOutputs.histogram(Span.of(histogram)),
          "histogram: 256 bytes must be at least 384");
    }
  }

  private static void refused(
      KlHistogram kernel,
      ClassDistributions candidates,
      ClassDistributions references,
      KlOutputs outputs,
      String text) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> kernel.run(Exec.cpu(1), candidates, references, outputs));
    assertTrue(e.getMessage().contains(text), e.getMessage());
  }
}
