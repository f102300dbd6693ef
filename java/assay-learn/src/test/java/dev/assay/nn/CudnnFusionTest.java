package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.CudaOptions;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which steps become one graph on a GPU, by which engine, and what happens where they cannot. */
@Tag("emulated-gpu")
class CudnnFusionTest {
  private static final CudaOptions ANY_BITS = new CudaOptions(false, false, false);
  private static final CudaOptions TF32 = new CudaOptions(true, false, true);
  private static final CudaOptions AUTOTUNE = new CudaOptions(true, true, false);
  private static final CudaOptions AUTOTUNE_ANY = new CudaOptions(false, true, true);

  /** The engines of the emulator, as its README lists them. */
  private static final int NONDETERMINISTIC = 0;

  private static final int TENSOR_CORE = 2;
  private static final int PLAIN = 3;

  private CudaDevice device;

  @BeforeEach
  void open() {
    Gpu.emulatorOrSkip();
    device = Gpu.openOrSkip(0);
  }

  @AfterEach
  void close() {
    Gpu.control("clear");
    assertEquals(0, device.allocatedBytes());
    device.close();
  }

  /** A residual block behind a convolution with ReLU, and a result with a bias. */
  private static Tensor block(GraphBuilder g, Tensor x) {
    ConvolutionSpec conv = ConvolutionSpec.same(8, 3);
    Tensor a = g.convolutionNorm("a", "an", x, conv, LayerContract.ANY, null, true);
    Tensor b = g.convolutionNorm("b", "bn", a, conv, LayerContract.ANY, a, true);
    ConvolutionSpec last = ConvolutionSpec.same(5, 1).withBias();
    return g.convolution("y", b, last, LayerContract.ANY);
  }

  private static Probe probe(Backend backend, Mode mode) {
    return new Probe(backend, mode, new Shape(2, 6, 5, 3), CudnnFusionTest::block);
  }

  private static float[] train(Backend backend) {
    try (Probe probe = probe(backend, Mode.TRAINING)) {
      probe.differentiate();
      probe.differentiate();
      probe.differentiate();
      long address = probe.store.gradients().address();
      return Values.floats(probe.store.memory(), address, probe.store.trainableCount());
    }
  }

  private static float[] expected() {
    try (Backend cpu = Backends.cpu()) {
      return train(cpu);
    }
  }

  private static long runs(int engine) {
    return Gpu.control("calls graph_engine_" + engine);
  }

  private static String one(int engine) {
    return "one graph in 1 of 1 shapes, engines [" + engine + "]";
  }

  @Test
  void trainingIsFused() {
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT)) {
      assertArrayEquals(expected(), train(gpu), 1e-4f);
      assertEquals(
          Map.of(
              "batch norm + relu by mask, gradients F32", one(PLAIN),
              "batch norm + relu + mask F32", one(PLAIN),
              "batch norm + sum + relu by mask, gradients F32", one(PLAIN),
              "batch norm + sum + relu + mask F32", one(PLAIN),
              "convolution + bias F32", one(PLAIN)),
          gpu.fusions());
    }
  }

  @Test
  void inferenceIsFused() {
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT);
        Backend cpu = Backends.cpu();
        Probe expected = probe(cpu, Mode.INFERENCE);
        Probe found = probe(gpu, Mode.INFERENCE)) {
      assertArrayEquals(expected.run(), found.run(), 1e-4);
      assertEquals(
          Map.of(
              "convolution + bias + relu F32", one(PLAIN),
              "convolution + bias + sum + relu F32", one(PLAIN),
              "convolution + bias F32", one(PLAIN)),
          gpu.fusions());
      assertEquals(Map.of(), cpu.fusions());
    }
  }

  /** The same patterns in bf16; logits are fp32, of a copy of their input. */
  @Test
  void bf16IsFused() {
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT);
        ParameterStore store = new ParameterStore(gpu.memory())) {
      GraphBuilder g = new GraphBuilder(gpu, store, Mode.TRAINING, Precision.BF16);
      Tensor b = block(g, g.input("x", new Shape(2, 6, 5, 3)));
      ConvolutionSpec last = ConvolutionSpec.same(5, 1).withBias();
      g.plan(g.convolutionToFloat("logits", b, last, LayerContract.ANY)).close();
      // What is not fp32 may be computed on tensor cores.
      assertEquals(
          Map.of(
              "batch norm + relu by mask, gradients BF16", one(PLAIN),
              "batch norm + relu + mask BF16", one(PLAIN),
              "batch norm + sum + relu by mask, gradients BF16", one(PLAIN),
              "batch norm + sum + relu + mask BF16", one(PLAIN),
              "convolution + bias BF16", one(TENSOR_CORE),
              "convolution + bias F32", one(PLAIN)),
          gpu.fusions());
    }
  }

  /** ReLU hides no NaN, however it is computed. */
  @Test
  void nansStay() {
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT);
        Probe probe = probe(gpu, Mode.INFERENCE)) {
      probe.put(probe.x, 0, Double.NaN);
      assertTrue(Double.isNaN(probe.run()[0]));
    }
  }

  /** What is asked of the bits decides which engines may compute. */
  @Test
  void enginesFollowTheOptions() {
    long before = runs(NONDETERMINISTIC);
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT)) {
      train(gpu);
      assertEquals(before, runs(NONDETERMINISTIC));
    }
    try (Backend gpu = Backends.cuda(device, TF32)) {
      assertArrayEquals(expected(), train(gpu), 2e-2f);
      assertEquals(one(TENSOR_CORE), gpu.fusions().get("convolution + bias F32"));
      assertEquals(one(PLAIN), gpu.fusions().get("batch norm + relu + mask F32"));
    }
    try (Backend gpu = Backends.cuda(device, ANY_BITS)) {
      assertArrayEquals(expected(), train(gpu), 1e-4f);
      assertEquals(one(NONDETERMINISTIC), gpu.fusions().get("convolution + bias F32"));
      assertEquals(one(NONDETERMINISTIC), gpu.fusions().get("batch norm + relu + mask F32"));
    }
  }

  /** Each engine that will do is tried before one is taken, once for all equal layers. */
  @Test
  void autotuneMeasures() {
    try (Backend gpu = Backends.cuda(device, AUTOTUNE_ANY)) {
      long[] before = {runs(NONDETERMINISTIC), runs(TENSOR_CORE), runs(PLAIN)};
      try (Probe first = probe(gpu, Mode.INFERENCE)) {
        first.run();
        assertTrue(runs(NONDETERMINISTIC) > before[0]);
        assertTrue(runs(TENSOR_CORE) > before[1]);
        assertTrue(runs(PLAIN) > before[2]);
      }
      long graphs = Gpu.control("calls operation_graph");
      try (Probe second = probe(gpu, Mode.INFERENCE)) {
        second.run();
      }
      assertEquals(graphs, Gpu.control("calls operation_graph"));
    }
    try (Backend gpu = Backends.cuda(device, AUTOTUNE);
        Probe probe = probe(gpu, Mode.INFERENCE)) {
      probe.run();
      gpu.fusions().values().forEach(how -> assertEquals(one(PLAIN), how));
    }
  }

  /** A trial that does not fit leaves nothing behind. */
  @Test
  void trialsKeepToTheMemoryCap() {
    try (CudaDevice small = Gpu.openOrSkip(1 << 14);
        Backend gpu = Backends.cuda(small, AUTOTUNE_ANY)) {
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> planInference(gpu));
      assertTrue(e.getMessage().contains("trial"), e.getMessage());
      assertEquals(0, small.allocatedBytes());
    }
  }

  private static void planInference(Backend backend) {
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.INFERENCE, Precision.F32);
      g.plan(block(g, g.input("x", new Shape(2, 9, 9, 3)))).close();
    }
  }

  /** Refused when asked for the graph, its heuristics or a plan: the steps are done one by one. */
  @ParameterizedTest
  @CsvSource({
    "operation_graph:*=3000, operation_graph",
    "operation_graph:*=2000, operation_graph",
    "cudnnBackendFinalize:*=3001, cudnnBackendFinalize",
    "cudnnBackendSetAttribute:*=4000, cudnnBackendSetAttribute",
    "cudnnBackendGetAttribute:*=3000, cudnnBackendGetAttribute",
    "cudnnBackendCreateDescriptor:*=3009, cudnnBackendCreateDescriptor",
  })
  void refusalsAreToldAndDoneInSteps(String fault, String function) {
    Gpu.control("fail " + fault);
    long before = Gpu.control("calls " + function);
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT)) {
      assertArrayEquals(expected(), train(gpu), 1e-4f);
      assertTrue(Gpu.control("calls " + function) > before);
      assertEquals(5, gpu.fusions().size());
      gpu.fusions().values().forEach(how -> assertTrue(how.startsWith("step by step: "), how));
    }
  }

  /** Without gradients by mask the forward graph writes none, and the gradient needs y. */
  @Test
  void noMaskWithoutItsGradients() {
    Gpu.control("fail operation_graph:1=3000");
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT)) {
      assertArrayEquals(expected(), train(gpu), 1e-4f);
      assertEquals(one(PLAIN), gpu.fusions().get("batch norm + relu F32"));
      String gradients = gpu.fusions().get("batch norm + relu by mask, gradients F32");
      assertTrue(gradients.startsWith("step by step: "), gradients);
      assertEquals(one(PLAIN), gpu.fusions().get("batch norm + sum + relu + mask F32"));
    }
  }

  /** Where y cannot be compared with one value it is with a tensor of zeros, which all share. */
  @Test
  void masksByATensorOfZeros() {
    Gpu.control("fail compare_with_value:*=3001");
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT)) {
      assertArrayEquals(expected(), train(gpu), 1e-4f);
      assertEquals(one(PLAIN), gpu.fusions().get("batch norm + relu + mask by a tensor F32"));
      assertEquals(one(PLAIN), gpu.fusions().get("batch norm + sum + relu + mask by a tensor F32"));
    }
    assertEquals(0, device.allocatedBytes());
  }

  /** Channels that the library's pattern does not take, beside some that it takes. */
  @Test
  void shapesThatCannotBeFusedAreDoneInSteps() {
    try (Backend gpu = Backends.cuda(device, CudaOptions.DEFAULT);
        Probe probe =
            new Probe(
                gpu,
                new Shape(2, 6, 5, 3),
                (g, x) -> {
                  Tensor a = g.batchNorm("a", x, false);
                  ConvolutionSpec conv = ConvolutionSpec.same(4, 3);
                  return g.batchNorm("b", g.convolution("c", a, conv, LayerContract.ANY), false);
                })) {
      probe.checkGradients();
      String how = gpu.fusions().get("batch norm F32");
      assertTrue(how.startsWith(one(PLAIN).replace("1 of 1", "1 of 2") + "; else step"), how);
      assertTrue(how.contains("channels must come in fours"), how);
    }
  }
}
