package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Batch normalisation, alone and with what follows it, on every back end. */
abstract class NormLayerContract extends LayerContract {
  /** Channels: one block of sixteen, part of one, and some blocks and a part. */
  @ParameterizedTest
  @CsvSource({"16, false", "16, true", "5, false", "5, true", "44, false", "44, true"})
  void batchNormTraining(int channels, boolean relu) {
    Shape shape = new Shape(2, 3, 4, channels);
    int count = 24;
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.batchNorm("b", x, relu))) {
      if (relu) {
        // |xhat| < 4.8 for 24 values: whole channels lie on one side of the kink.
        for (int c = 0; c < channels; c++) {
          probe.put(probe.store.get("b.weight").value(), c, 0.5 + c / (2.0 * channels));
          probe.put(probe.store.get("b.bias").value(), c, c % 2 == 0 ? 5 : -5);
        }
      }
      double[] oldMean = parameter(probe, "b.running_mean");
      double[] oldVariance = parameter(probe, "b.running_var");
      double[] x = probe.values(probe.x);
      double[] y = probe.run();
      for (int c = 0; c < channels; c++) {
        double mean = 0;
        double variance = 0;
        for (int i = c; i < x.length; i += channels) {
          mean += x[i] / count;
        }
        for (int i = c; i < x.length; i += channels) {
          variance += (x[i] - mean) * (x[i] - mean) / count;
        }
        for (int i = c; i < x.length; i += channels) {
          double v = parameter(probe, "b.weight")[c] * (x[i] - mean) / Math.sqrt(variance + 1e-5);
          v += parameter(probe, "b.bias")[c];
          assertEquals(relu ? Math.max(0, v) : v, y[i], TOLERANCE);
        }
        double unbiased = variance * count / (count - 1);
        double[] newMean = parameter(probe, "b.running_mean");
        double[] newVariance = parameter(probe, "b.running_var");
        assertEquals(0.9 * oldMean[c] + 0.1 * mean, newMean[c], 1e-5);
        assertEquals(0.9 * oldVariance[c] + 0.1 * unbiased, newVariance[c], 1e-5 * (1 + unbiased));
      }
      probe.checkGradients();
    }
  }

  /**
   * The block of a residual network equals its three steps. The addend is not the normalised
   * tensor's own input alone: its gradient has two parts.
   */
  @ParameterizedTest
  @CsvSource({"16, false", "16, true", "5, true", "44, false", "44, true"})
  void batchNormTrainingWithAddend(int channels, boolean relu) {
    ConvolutionSpec spec = ConvolutionSpec.same(channels, 1);
    Shape shape = new Shape(2, 3, 4, channels);
    try (Probe fused =
            new Probe(
                backend, shape, (g, x) -> g.convolutionNorm("c", "b", x, spec, ANY, x, relu));
        Probe steps =
            new Probe(
                backend,
                shape,
                (g, x) -> {
                  Tensor y = g.batchNorm("b", g.convolution("c", x, spec, ANY), false);
                  return g.add("s", y, x, relu);
                })) {
      assertArrayEquals(steps.run(), fused.run(), TOLERANCE);
      steps.differentiate();
      fused.differentiate();
      assertSameGradients(steps, fused);
      for (String statistic : List.of("b.running_mean", "b.running_var")) {
        assertArrayEquals(parameter(steps, statistic), parameter(fused, statistic), 1e-6);
      }
      if (!relu) {
        fused.checkGradients();
      }
    }
  }

  /** Within rounding of the largest value of each. */
  private static void assertSameGradients(Probe expected, Probe found) {
    double[] of = expected.values(expected.graph.gradient(expected.x));
    assertClose(of, found.values(found.graph.gradient(found.x)), TOLERANCE);
    for (Parameter p : expected.store.parameters()) {
      if (p.trainable()) {
        double[] gradient = expected.values(p.gradient());
        Tensor other = found.store.get(p.name()).gradient();
        assertClose(gradient, found.values(other), TOLERANCE);
      }
    }
  }

  @Test
  void batchNormRefusesOneValuePerChannel() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new Probe(backend, new Shape(1, 1, 1, 8), (g, x) -> g.batchNorm("b", x, false)));
  }

  /** The folded convolution of inference equals convolution, normalisation, sum, ReLU. */
  @ParameterizedTest
  @CsvSource({"false, false", "true, false", "false, true", "true, true"})
  void inferenceFoldsNormalisation(boolean addend, boolean relu) {
    ConvolutionSpec spec = ConvolutionSpec.same(8, 3).withBias();
    Shape shape = new Shape(2, 5, 6, 8);
    try (Probe folded =
            new Probe(
                backend,
                Mode.INFERENCE,
                shape,
                (g, x) -> g.convolutionNorm("c", "b", x, spec, ANY, addend ? x : null, relu));
        Probe plain =
            new Probe(
                backend,
                Mode.INFERENCE,
                shape,
                (g, x) -> {
                  Tensor y = g.batchNorm("b", g.convolution("c", x, spec, ANY), relu && !addend);
                  return addend ? g.add("s", y, x, relu) : y;
                })) {
      assertArrayEquals(plain.run(), folded.run(), TOLERANCE * 10);
      folded.put(folded.store.get("b.running_var").value(), 0, 9);
      plain.put(plain.store.get("b.running_var").value(), 0, 9);
      folded.store.changed();
      assertArrayEquals(plain.run(), folded.run(), TOLERANCE * 10, "stale folded weights");
    }
  }

  /** What bf16 has to be close to, and how it got there. */
  private record Result(double[] logits, double[] gradient) {}

  /** bf16 keeps 8 bits: three layers of sums stay within a few per cent of the largest value. */
  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"TRAINING", "INFERENCE"})
  void bf16FollowsF32(Mode mode) {
    try {
      backend.requireComputable(ElementType.BF16);
    } catch (UnsupportedOperationException e) {
      System.out.println("SKIPPED: bf16 layers: " + e.getMessage());
      return;
    }
    Result exact = residualBlock(mode, Precision.F32);
    Result rounded = residualBlock(mode, Precision.BF16);
    assertClose(exact.logits(), rounded.logits(), 0.03);
    assertClose(exact.gradient(), rounded.gradient(), 0.05);
    assertNotEquals(
        Arrays.hashCode(exact.logits()), Arrays.hashCode(rounded.logits()), "bf16 was not used");
  }

  private Result residualBlock(Mode mode, Precision precision) {
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, mode, precision);
      Tensor x = g.input("x", new Shape(4, 16, 16, 3));
      ConvolutionSpec conv = ConvolutionSpec.same(16, 3);
      Tensor a = g.convolutionNorm("a", "an", x, conv, ANY, null, true);
      Tensor b = g.convolutionNorm("b", "bn", a, conv, ANY, a, true);
      Tensor y = g.convolutionToFloat("y", b, ConvolutionSpec.same(5, 1).withBias(), ANY);
      try (Graph graph = g.plan(y)) {
        store.initialise(1);
        Random random = new Random(2);
        writeGaussians(x, random);
        graph.forward();
        if (mode == Mode.TRAINING) {
          writeGaussians(graph.gradient(y), random);
          graph.backward();
        }
        Tensor dw = store.get("a.weight").gradient();
        return new Result(Values.of(backend.memory(), y), Values.of(backend.memory(), dw));
      }
    }
  }

  private void writeGaussians(Tensor t, Random random) {
    double[] values =
        DoubleStream.generate(random::nextGaussian).limit(t.shape().elements()).toArray();
    Values.write(backend.memory(), t, values);
  }
}
