package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The layers that rearrange and gate features, on top of the rest of the contract. */
abstract class QueryLayerContract extends NormLayerContract {
  @Test
  void splitAndMultiply() {
    Shape shape = new Shape(2, 3, 4, 8);
    try (Probe probe =
        new Probe(
            backend,
            shape,
            (g, x) -> {
              List<Tensor> parts = g.split("s", x, 5);
              Tensor swapped = g.concatenate("k", List.of(parts.get(1), parts.get(0)));
              return g.multiply("m", x, swapped);
            })) {
      double[] x = probe.values(probe.x);
      double[] y = probe.run();
      for (int i = 0; i < y.length; i++) {
        int c = i % 8;
        assertEquals(x[i] * x[i - c + (c + 5) % 8], y[i], 1e-5);
      }
      probe.checkGradients();
    }
  }

  @Test
  void sigmoid() {
    try (Probe probe =
        new Probe(backend, new Shape(2, 3, 4, 8), (g, x) -> g.sigmoid("s", g.relu("r", x)))) {
      double[] x = probe.values(probe.x);
      double[] expected = Arrays.stream(x).map(v -> 1 / (1 + Math.exp(-Math.max(0, v)))).toArray();
      assertArrayEquals(expected, probe.run(), 1e-6);
      probe.checkGradients();
    }
  }

  /** Regions become channels: linear maps before and after act along different axes. */
  @Test
  void reshape() {
    Shape shape = new Shape(3, 4, 1, 6);
    try (Probe probe =
        new Probe(
            backend,
            shape,
            (g, x) -> {
              Tensor one = g.convolution("a", x, ConvolutionSpec.same(1, 1).withBias(), ANY);
              return g.linear("b", g.reshape("r", one, new Shape(3, 1, 1, 4)), 2, ANY);
            })) {
      double[] x = probe.values(probe.x);
      double[] expected = new double[6];
      for (int i = 0; i < 6; i++) {
        expected[i] = parameter(probe, "b.bias")[i % 2];
        for (int h = 0; h < 4; h++) {
          double one = parameter(probe, "a.bias")[0];
          for (int c = 0; c < 6; c++) {
            one += parameter(probe, "a.weight")[c] * x[(i / 2 * 4 + h) * 6 + c];
          }
          expected[i] += parameter(probe, "b.weight")[i % 2 * 4 + h] * one;
        }
      }
      assertArrayEquals(expected, probe.run(), TOLERANCE);
      probe.checkGradients();
    }
  }

  /** One pixel enlarged to a column: every row of it, and the sum of the rows' gradients. */
  @Test
  void repetition() {
    Interpolation nearest = Interpolation.NEAREST_HALF_PIXEL;
    try (Probe probe =
        new Probe(backend, new Shape(3, 1, 1, 8), (g, x) -> g.resize("z", x, 7, 1, nearest))) {
      double[] x = probe.values(probe.x);
      double[] y = probe.run();
      for (int i = 0; i < y.length; i++) {
        assertEquals(x[i / 56 * 8 + i % 8], y[i]);
      }
      probe.checkGradients();
    }
  }

  @Test
  void mistakesInRearranging() {
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, Precision.F32);
      Tensor x = g.input("x", new Shape(1, 4, 4, 8));
      Tensor y = g.convolution("y", x, ConvolutionSpec.same(4, 3), ANY);
      assertMessage("multiply m: shapes", () -> g.multiply("m", x, y));
      assertMessage("channels=8 must be in [1, 8)", () -> g.split("p", x, 8));
      assertMessage("has not the size", () -> g.reshape("r", x, new Shape(1, 4, 4, 7)));
    }
  }
}
