package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.PoolingSpec.Rule;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every back end must do: forward passes equal the equations in double, gradients equal
 * central differences. A back end's test extends this class and opens it.
 */
abstract class LayerContract {
  static final Initialiser ANY = Initialiser.normal(0.1);

  /** Sums of a few hundred products of order 1 in fp32. */
  static final double TOLERANCE = 2e-5;

  Backend backend;

  abstract Backend open();

  @BeforeEach
  final void openBackend() {
    backend = open();
  }

  @AfterEach
  final void closeBackend() {
    backend.close();
  }

  static double[] parameter(Probe probe, String name) {
    return probe.values(probe.store.get(name).value());
  }

  @ParameterizedTest
  @CsvSource({
    // in, out, kernel, stride, dilation, groups, bias, h, w
    "3, 16, 7, 2, 1, 1, false, 17, 13",
    "8, 8, 3, 1, 1, 1, true, 6, 9",
    "8, 16, 3, 2, 1, 1, false, 7, 8",
    "16, 5, 1, 1, 1, 1, true, 5, 4",
    "16, 32, 1, 2, 1, 1, false, 5, 8",
    "8, 8, 3, 1, 2, 1, false, 9, 8",
    "8, 8, 3, 1, 4, 1, true, 11, 12",
    "16, 16, 3, 1, 1, 4, true, 6, 6",
    "16, 16, 3, 1, 1, 16, false, 6, 6",
  })
  void convolution(
      int in, int out, int k, int stride, int dilation, int groups, boolean bias, int h, int w) {
    ConvolutionSpec base =
        ConvolutionSpec.same(out, k).withStride(stride).withDilation(dilation).withGroups(groups);
    ConvolutionSpec spec = bias ? base.withBias() : base;
    Shape shape = new Shape(2, h, w, in);
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.convolution("c", x, spec, ANY))) {
      double[] expected =
          Reference.convolution(
              spec,
              shape,
              probe.values(probe.x),
              parameter(probe, "c.weight"),
              bias ? parameter(probe, "c.bias") : null);
      double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      assertArrayEquals(expected, probe.run(), TOLERANCE * Math.max(1, largest));
      probe.checkGradients();
    }
  }

  @Test
  void linear() {
    Shape shape = new Shape(5, 1, 1, 7);
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.linear("l", x, 3, ANY))) {
      double[] w = parameter(probe, "l.weight");
      double[] b = parameter(probe, "l.bias");
      double[] x = probe.values(probe.x);
      double[] expected = new double[15];
      for (int i = 0; i < 15; i++) {
        expected[i] = b[i % 3];
        for (int j = 0; j < 7; j++) {
          expected[i] += w[i % 3 * 7 + j] * x[i / 3 * 7 + j];
        }
      }
      assertArrayEquals(expected, probe.run(), TOLERANCE);
      probe.checkGradients();
    }
  }

  @Test
  void reluAndSharedGradients() {
    Shape shape = new Shape(1, 4, 5, 8);
    try (Probe probe =
        new Probe(
            backend,
            shape,
            (g, x) -> g.add("s2", g.add("s1", g.relu("r", x), x, false), x, true))) {
      double[] x = probe.values(probe.x);
      double[] expected = Arrays.stream(x).map(v -> Math.max(0, Math.max(0, v) + v + v)).toArray();
      assertArrayEquals(expected, probe.run(), 1e-5);
      probe.checkGradients();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MAX, 3, 2, 1, 9, 7",
    "MAX, 2, 2, 0, 6, 5",
    "AVERAGE_EXCLUDING_PADDING, 3, 2, 1, 9, 7",
    "AVERAGE_EXCLUDING_PADDING, 3, 1, 1, 4, 4",
  })
  void pooling(Rule rule, int kernel, int stride, int padding, int h, int w) {
    PoolingSpec spec = new PoolingSpec(rule, kernel, stride, padding);
    Shape shape = new Shape(2, h, w, 8);
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.pool("p", x, spec))) {
      double[] expected = Reference.pooling(spec, shape, probe.values(probe.x));
      assertArrayEquals(expected, probe.run(), 1e-5);
      probe.checkGradients();
    }
  }

  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void resize(Interpolation rule) {
    for (int[] to : new int[][] {{12, 20}, {7, 11}, {2, 9}, {23, 5}}) {
      for (int channels : new int[] {8, 11}) {
        Shape shape = new Shape(2, 4, 5, channels);
        try (Probe probe =
            new Probe(backend, shape, (g, x) -> g.resize("z", x, to[0], to[1], rule))) {
          double[] expected = Reference.resize(rule, shape, probe.values(probe.x), to[0], to[1]);
          assertArrayEquals(expected, probe.run(), 3e-5, Arrays.toString(to));
          probe.checkGradients();
        }
      }
    }
  }

  @Test
  void concatenation() {
    Shape shape = new Shape(2, 3, 4, 8);
    try (Probe probe =
        new Probe(backend, shape, (g, x) -> g.concatenate("k", List.of(x, g.relu("r", x), x)))) {
      double[] x = probe.values(probe.x);
      double[] y = probe.run();
      for (int i = 0; i < y.length; i++) {
        double v = x[i / 24 * 8 + i % 8];
        assertEquals(i % 24 / 8 == 1 ? Math.max(0, v) : v, y[i]);
      }
      probe.checkGradients();
    }
  }

  @Test
  void dropout() {
    Shape shape = new Shape(2, 40, 50, 8);
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.dropout("d", x, 0.25))) {
      probe.graph.randomAt(3, 4);
      probe.differentiate();
      double[] x = probe.values(probe.x);
      double[] y = probe.values(probe.y);
      double[] dx = probe.values(probe.graph.gradient(probe.x));
      double[] dy = probe.values(probe.graph.gradient(probe.y));
      int dropped = 0;
      for (int i = 0; i < x.length; i++) {
        double factor = y[i] == 0 ? 0 : 4 / 3.0;
        dropped += y[i] == 0 ? 1 : 0;
        assertEquals(factor * x[i], y[i], 1e-5 * Math.abs(x[i]));
        assertEquals(factor * dy[i], dx[i], 1e-6);
      }
      // 32 000 draws: standard deviation 77.
      assertEquals(8000, dropped, 400);
      assertArrayEquals(y, probe.run(), 0, "the same position draws the same mask");
      probe.graph.randomAt(3, 5);
      assertNotEquals(Arrays.hashCode(y), Arrays.hashCode(probe.run()));
    }
    try (Probe probe =
        new Probe(backend, Mode.MC_DROPOUT, shape, (g, x) -> g.dropout("d", x, 0.25))) {
      assertTrue(Arrays.stream(probe.run()).filter(v -> v == 0).count() > 7000);
    }
  }

  /** The whole chain, every kind of layer at once, along a random direction in parameter space. */
  @Test
  void smallNetworkAlongADirection() {
    Shape shape = new Shape(3, 16, 12, 3);
    try (Probe probe = new Probe(backend, shape, LayerContract::smallNetwork)) {
      probe.checkDirection();
    }
  }

  static Tensor smallNetwork(GraphBuilder g, Tensor x) {
    ConvolutionSpec conv = ConvolutionSpec.same(8, 3);
    Tensor a = g.convolutionNorm("a", "an", x, conv.withStride(2), ANY, null, true);
    Tensor p = g.pool("p", a, new PoolingSpec(Rule.MAX, 3, 2, 1));
    Tensor b = g.convolutionNorm("b", "bn", p, conv, ANY, p, true);
    Tensor c = g.convolution("c", b, conv.withDilation(2).withBias(), ANY);
    Tensor up = g.resize("up", c, a.shape().h(), a.shape().w(), Interpolation.BILINEAR_HALF_PIXEL);
    Tensor k = g.concatenate("k", List.of(a, up));
    Tensor y = g.convolution("y", k, ConvolutionSpec.same(5, 1).withBias(), ANY);
    return g.resize("logits", y, x.shape().h(), x.shape().w(), Interpolation.BILINEAR_HALF_PIXEL);
  }

  @Test
  void repeatsBitForBit() {
    float[][] gradients = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (Probe probe = new Probe(backend, new Shape(8, 40, 40, 3), LayerContract::smallNetwork)) {
        probe.differentiate();
        long address = probe.store.gradients().address();
        gradients[run] = Values.floats(backend.memory(), address, probe.store.trainableCount());
      }
    }
    assertArrayEquals(gradients[0], gradients[1], 0);
  }

  static void assertClose(double[] expected, double[] actual, double relative) {
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertArrayEquals(expected, actual, relative * largest);
  }

  @Test
  void mistakesAreRefusedByName() {
    Shape shape = new Shape(1, 4, 4, 8);
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, Precision.F32);
      Tensor x = g.input("x", shape);
      Tensor y = g.convolution("c", x, ConvolutionSpec.same(8, 3), ANY);
      ConvolutionSpec other = ConvolutionSpec.same(4, 3);
      assertMessage("two layers are named c", () -> g.convolution("c", x, other, ANY));
      assertMessage("shapes", () -> g.add("s", y, g.convolution("e", x, other, ANY), false));
      assertMessage(
          "groups=3", () -> g.convolution("f", x, ConvolutionSpec.same(6, 3).withGroups(3), ANY));
      assertMessage("rate=1.0", () -> g.dropout("d", x, 1));
      assertMessage(
          "smaller than the kernel",
          () -> g.convolution("h", x, new ConvolutionSpec(8, 7, 1, 0, 1, 1, false), ANY));
    }
  }

  static void assertMessage(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
