package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** What a graph does beyond running its layers one after the other. */
final class GraphTest {
  private static final Shape SHAPE = new Shape(1, 6, 5, 3);

  /** The skip from before the dropout to after it must survive the passes. */
  @Test
  void redrawingGivesWhatAWholePassGives() {
    try (Backend backend = Backends.cpu();
        ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.MC_DROPOUT, Precision.F32);
      Tensor x = g.input("x", SHAPE);
      Tensor a = g.convolution("a", x, ConvolutionSpec.same(8, 3), Initialiser.normal(1));
      Tensor skip = g.relu("skip", a);
      Tensor b = g.convolution("b", skip, ConvolutionSpec.same(8, 3), Initialiser.normal(1));
      Tensor d = g.dropout("d", b, 0.5);
      Tensor c = g.convolution("c", d, ConvolutionSpec.same(8, 3), Initialiser.normal(1));
      Tensor y = g.add("y", c, skip, false);
      Tensor z = g.convolution("z", y, ConvolutionSpec.same(2, 1), Initialiser.normal(1));
      try (Graph graph = g.plan(z)) {
        store.initialise(7);
        for (int i = 0; i < SHAPE.elements(); i++) {
          UnsafeApi.putFloat(x.address() + 4L * i, (float) Math.sin(i));
        }
        float[] first = forward(graph, z, 0);
        float[] second = forward(graph, z, 1);
        assertFalse(Arrays.equals(first, second));
        for (int repeat = 0; repeat < 3; repeat++) {
          assertArrayEquals(first, redraw(graph, z, 0), 0);
          assertArrayEquals(second, redraw(graph, z, 1), 0);
        }
      }
    }
  }

  private static float[] forward(Graph graph, Tensor output, long step) {
    graph.randomAt(3, step);
    graph.forward();
    return values(output);
  }

  private static float[] redraw(Graph graph, Tensor output, long step) {
    graph.randomAt(3, step);
    graph.redraw();
    return values(output);
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getFloat(tensor.address() + 4L * i);
    }
    return values;
  }
}
