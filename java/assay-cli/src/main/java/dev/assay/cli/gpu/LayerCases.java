package dev.assay.cli.gpu;

import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Initialiser;
import dev.assay.nn.Mode;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/** Every layer of the networks, each as a small graph with one input and one output. */
final class LayerCases {
  private static final Initialiser ANY = Initialiser.normal(0.1);

  /**
   * One graph.
   *
   * @param mode training graphs are differentiated as well
   * @param jumps whether rounding before a ReLU can change which gradients pass it
   */
  record LayerCase(
      String name,
      Mode mode,
      Shape in,
      boolean jumps,
      BiFunction<GraphBuilder, Tensor, Tensor> layers) {}

  private final List<LayerCase> cases = new ArrayList<>();

  private LayerCases() {}

  static List<LayerCase> all() {
    LayerCases table = new LayerCases();
    table.convolutions();
    table.normalisations();
    table.pointwise();
    table.shapes();
    table.sequences();
    return table.cases;
  }

  private void add(String name, Shape in, BiFunction<GraphBuilder, Tensor, Tensor> layers) {
    cases.add(new LayerCase(name, Mode.TRAINING, in, false, layers));
  }

  private void convolution(String name, ConvolutionSpec spec, Shape in) {
    add("convolution " + name, in, (g, x) -> g.convolution("c", x, spec, ANY));
  }

  private void convolutions() {
    ConvolutionSpec three = ConvolutionSpec.same(32, 3);
    convolution("7x7/2", ConvolutionSpec.same(64, 7).withStride(2), new Shape(2, 33, 47, 3));
    convolution("3x3", three, new Shape(2, 14, 15, 32));
    convolution("3x3/2 bias", three.withStride(2).withBias(), new Shape(2, 15, 14, 16));
    convolution("3x3 dilated", three.withDilation(2), new Shape(1, 17, 16, 32));
    convolution("3x3 grouped", three.withGroups(4), new Shape(2, 9, 8, 32));
    convolution("1x1", ConvolutionSpec.same(256, 1), new Shape(2, 7, 9, 64));
    convolution("1x1 bias", ConvolutionSpec.same(19, 1).withBias(), new Shape(2, 7, 9, 128));
    add("linear", new Shape(5, 1, 1, 48), (g, x) -> g.linear("l", x, 17, ANY));
  }

  private void normalisations() {
    Shape in = new Shape(4, 9, 11, 32);
    ConvolutionSpec conv = ConvolutionSpec.same(32, 3);
    for (boolean relu : new boolean[] {false, true}) {
      add("batch norm" + (relu ? " relu" : ""), in, (g, x) -> g.batchNorm("b", x, relu));
      BiFunction<GraphBuilder, Tensor, Tensor> block =
          (g, x) -> g.convolutionNorm("c", "b", x, conv, ANY, x, relu);
      String after = relu ? " relu" : "";
      cases.add(new LayerCase("convolution norm add" + after, Mode.TRAINING, in, relu, block));
      cases.add(new LayerCase("folded norm" + after, Mode.INFERENCE, in, false, block));
    }
  }

  private void pointwise() {
    Shape in = new Shape(3, 7, 5, 32);
    add("relu", in, (g, x) -> g.relu("r", x));
    add("sigmoid", in, (g, x) -> g.sigmoid("s", x));
    add("multiply", in, (g, x) -> g.multiply("m", x, g.sigmoid("s", x)));
    add("add relu", in, (g, x) -> g.add("a", x, g.sigmoid("s", x), true));
    add("dropout", in, (g, x) -> g.dropout("d", x, 0.25));
  }

  private void shapes() {
    Shape in = new Shape(2, 13, 11, 16);
    PoolingSpec largest = new PoolingSpec(PoolingSpec.Rule.MAX, 3, 2, 1);
    PoolingSpec mean = new PoolingSpec(PoolingSpec.Rule.AVERAGE_EXCLUDING_PADDING, 3, 2, 1);
    add("max pooling", in, (g, x) -> g.pool("p", x, largest));
    add("average pooling", in, (g, x) -> g.pool("p", x, mean));
    for (Interpolation rule : Interpolation.values()) {
      String name = "resize " + rule.name().toLowerCase(Locale.ROOT);
      add(name, in, (g, x) -> g.resize("z", x, 26, 31, rule));
    }
    add("concatenate", in, (g, x) -> g.concatenate("k", List.of(x, g.relu("r", x))));
    add(
        "split",
        in,
        (g, x) ->
            g.split("s", x, 8).stream().reduce((a, b) -> g.multiply("m", a, b)).orElseThrow());
    add("reshape", in, (g, x) -> g.reshape("f", x, new Shape(2, 1, 1, 13 * 11 * 16)));
  }

  private void sequences() {
    Shape in = new Shape(2, 1, 17, 48);
    add("lstm", in, (g, x) -> g.lstm("r", x, new LstmSpec(24, false)));
    add("lstm both ways", in, (g, x) -> g.lstm("r", x, new LstmSpec(24, true)));
  }
}
