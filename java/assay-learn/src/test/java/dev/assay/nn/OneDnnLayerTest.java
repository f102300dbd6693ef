package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import dev.assay.nn.backend.onednn.OneDnnBackend;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneDnnLayerTest extends RecurrentLayerContract {
  @Override
  Backend open() {
    return new OneDnnBackend();
  }

  /** A residual block computes nothing else than convolution, normalisation, sum and ReLU do. */
  @ParameterizedTest
  @CsvSource({"16, false", "16, true", "5, true"})
  void blocksHaveTheBitsOfTheirSteps(int channels, boolean relu) {
    ConvolutionSpec spec = ConvolutionSpec.same(channels, 3);
    Shape shape = new Shape(2, 7, 5, channels);
    try (Probe block =
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
      assertArrayEquals(bits(steps), bits(block));
    }
  }

  private float[] bits(Probe probe) {
    probe.differentiate();
    long address = probe.store.gradients().address();
    return Values.floats(backend.memory(), address, probe.store.trainableCount());
  }
}
