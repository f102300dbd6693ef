package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Long short-term memory, on top of the rest of the contract. */
abstract class RecurrentLayerContract extends QueryLayerContract {
  @ParameterizedTest
  @CsvSource({
    // sequences, steps, features, hidden, bidirectional
    "1, 1, 5, 4, false",
    "2, 1, 5, 4, false",
    "1, 2, 5, 4, false",
    "1, 1, 16, 32, false",
    "1, 1, 3, 32, false",
    "1, 1, 5, 4, true",
    "1, 9, 7, 6, false",
    "1, 9, 7, 6, true",
    "3, 5, 4, 3, false",
    "3, 5, 4, 3, true",
    "2, 17, 16, 16, true",
    "1, 33, 21, 40, true",
  })
  void lstm(int n, int steps, int features, int hidden, boolean bidirectional) {
    LstmSpec spec = new LstmSpec(hidden, bidirectional);
    Shape shape = new Shape(n, 1, steps, features);
    try (Probe probe = new Probe(backend, shape, (g, x) -> g.lstm("r", x, spec))) {
      checkForward(probe, spec, shape);
      probe.checkGradients();
    }
    try (Probe probe = new Probe(backend, Mode.INFERENCE, shape, (g, x) -> g.lstm("r", x, spec))) {
      checkForward(probe, spec, shape);
    }
  }

  private static void checkForward(Probe probe, LstmSpec spec, Shape shape) {
    double[] x = probe.values(probe.x);
    double[] expected = Reference.lstm(spec, shape, x, name -> parameter(probe, "r." + name));
    assertArrayEquals(expected, probe.run(), TOLERANCE);
  }

  /** Layers before and after, so that gradients flow through; twice, so that none adds up. */
  @Test
  void lstmBetweenLayers() {
    try (Probe probe =
        new Probe(
            backend,
            new Shape(2, 1, 6, 3),
            (g, x) -> {
              Tensor in = g.convolution("a", x, ConvolutionSpec.same(5, 1).withBias(), ANY);
              Tensor states = g.lstm("r", in, new LstmSpec(4, true));
              return g.convolution("b", states, ConvolutionSpec.same(1, 1).withBias(), ANY);
            })) {
      probe.checkGradients();
      double[] once = probe.values(probe.store.get("r.weight_hh_l0").gradient());
      probe.differentiate();
      assertArrayEquals(once, probe.values(probe.store.get("r.weight_hh_l0").gradient()));
      assertArrayEquals(
          probe.values(probe.store.get("r.bias_ih_l0_reverse").gradient()),
          probe.values(probe.store.get("r.bias_hh_l0_reverse").gradient()));
    }
  }

  /** In a bf16 network the states and the weights' gradients are still fp32 sums of its inputs. */
  @Test
  void lstmStaysInF32() {
    try {
      backend.requireComputable(ElementType.BF16);
    } catch (UnsupportedOperationException e) {
      Assumptions.abort("bf16 layers: " + e.getMessage());
    }
    Map<Precision, double[]> gradients = new EnumMap<>(Precision.class);
    for (Precision precision : List.of(Precision.F32, Precision.BF16)) {
      try (ParameterStore store = new ParameterStore(backend.memory())) {
        GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, precision);
        Tensor x = g.input("x", new Shape(1, 1, 12, 6));
        Tensor in = g.convolution("a", x, ConvolutionSpec.same(8, 1), Initialiser.normal(0.5));
        Tensor states = g.lstm("r", in, new LstmSpec(8, true));
        assertEquals(ElementType.F32, states.type());
        Tensor y = g.convolutionToFloat("y", states, ConvolutionSpec.same(1, 1), ANY);
        try (Graph graph = g.plan(y)) {
          store.initialise(1);
          double[] ramp = IntStream.range(0, 72).mapToDouble(i -> (i * 7 % 11 - 5) / 5.0).toArray();
          Values.write(backend.memory(), x, ramp);
          graph.forward();
          Values.write(backend.memory(), graph.gradient(y), Arrays.copyOf(ramp, 12));
          graph.backward();
          Tensor dw = store.get("a.weight").gradient();
          gradients.put(precision, Values.of(backend.memory(), dw));
        }
      }
    }
    double[] expected = gradients.get(Precision.F32);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertArrayEquals(expected, gradients.get(Precision.BF16), 0.05 * largest);
    assertFalse(Arrays.equals(expected, gradients.get(Precision.BF16)), "bf16 was not used");
  }

  @Test
  void lstmSeesChangedParameters() {
    try (Probe probe =
        new Probe(
            backend, new Shape(1, 1, 4, 3), (g, x) -> g.lstm("r", x, new LstmSpec(4, true)))) {
      double[] before = probe.run();
      probe.put(probe.store.get("r.bias_hh_l0_reverse").value(), 0, 2);
      probe.store.changed();
      double[] after = probe.run();
      assertFalse(Arrays.equals(before, after));
      probe.store.changed();
      assertArrayEquals(after, probe.run());
    }
  }

  @Test
  void lstmParametersAreDrawnAsTorchDrawsThem() {
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.INFERENCE, Precision.F32);
      Tensor y = g.lstm("r", g.input("x", new Shape(1, 1, 2, 30)), new LstmSpec(16, false));
      try (Graph graph = g.plan(y)) {
        store.initialise(1);
        double[] drawn = Values.of(backend.memory(), store.get("r.weight_ih_l0").value());
        assertEquals(4 * 16 * 30, drawn.length);
        // A uniform variable on +-b has deviation b / sqrt(3); its extremes of 1920 come near b.
        assertEquals(0.25, Arrays.stream(drawn).max().orElseThrow(), 0.005);
        assertEquals(-0.25, Arrays.stream(drawn).min().orElseThrow(), 0.005);
        double squares = Arrays.stream(drawn).map(v -> v * v).sum();
        assertEquals(0.25 / Math.sqrt(3), Math.sqrt(squares / drawn.length), 0.01);
        assertFalse(graph.arenaBytes() == 0);
      }
    }
  }

  @Test
  void mistakesInSequences() {
    assertThrows(IllegalArgumentException.class, () -> new LstmSpec(0, true));
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, Precision.F32);
      Tensor image = g.input("x", new Shape(1, 4, 4, 8));
      assertMessage("must have h = 1", () -> g.lstm("r", image, new LstmSpec(3, true)));
    }
  }
}
