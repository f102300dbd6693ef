package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.AssayException;
import dev.assay.device.CudaDevice;
import dev.assay.device.DeviceLostException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GPU adds to the layers: recorded programs, bounded memory, copies, loss of the device. */
@Tag("emulated-gpu")
class CudnnBackendTest {
  private static final Shape SHAPE = new Shape(3, 16, 12, 3);

  private static Probe probe(Backend backend) {
    return new Probe(backend, SHAPE, LayerContract::smallNetwork);
  }

  private static float[] gradients(Probe probe) {
    probe.differentiate();
    long address = probe.store.gradients().address();
    return Values.floats(probe.store.memory(), address, probe.store.trainableCount());
  }

  /** The first run is not recorded, the second is, the others are replays. */
  @Test
  void replaysGiveTheBitsOfTheFirstRun() {
    Gpu.emulatorOrSkip();
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT);
        Probe probe = probe(backend)) {
      float[] first = gradients(probe);
      long before = Gpu.control("calls cuGraphLaunch");
      for (int run = 0; run < 3; run++) {
        assertArrayEquals(first, gradients(probe), "run " + run);
      }
      // One graph forward, one backward.
      assertEquals(6, Gpu.control("calls cuGraphLaunch") - before);
    }
  }

  private static Probe recurrentProbe(Backend backend) {
    Shape sequences = new Shape(2, 1, 5, 3);
    return new Probe(backend, sequences, (g, x) -> g.lstm("r", x, new LstmSpec(4, true)));
  }

  /** Weights are copied to the library's own arrangement after a change, and not without one. */
  @Test
  void recurrentLayersAreReplayedAndTheirWeightsCopiedOnce() {
    Gpu.emulatorOrSkip();
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT);
        Probe probe = recurrentProbe(backend)) {
      float[] first = gradients(probe);
      assertArrayEquals(first, gradients(probe), "recorded");
      long launches = Gpu.control("calls cuGraphLaunch");
      long copies = Gpu.control("calls cuMemcpyDtoDAsync_v2");
      assertArrayEquals(first, gradients(probe), "replayed");
      assertEquals(2, Gpu.control("calls cuGraphLaunch") - launches);
      // The input's, from where it landed.
      assertEquals(1, Gpu.control("calls cuMemcpyDtoDAsync_v2") - copies);
      probe.store.changed();
      assertArrayEquals(first, gradients(probe), "after a change to the same");
      // Of both passes, in both directions: four matrices of the input at once, and four of the
      // states; eight biases.
      assertEquals(2 + 2 * 2 * (1 + 4 + 8), Gpu.control("calls cuMemcpyDtoDAsync_v2") - copies);
    }
  }

  /** Whatever fails, nothing stays behind, and the next layer works. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuMemAlloc_v2:1=2",
        "cuMemAlloc_v2:2=2",
        "cuMemAlloc_v2:3=2",
        "cuMemAlloc_v2:4=2",
        "cudnnSetRNNDescriptor_v8:1=4003",
        "cudnnGetRNNWeightParams:1=4003"
      })
  void recurrentLayersSurviveFailures(String failure) {
    Gpu.emulatorOrSkip();
    try (CudaDevice device = Gpu.openOrSkip(0)) {
      try (Backend backend = Backends.cuda(device, CudaOptions.DEFAULT)) {
        Gpu.control("fail " + failure);
        assertThrows(AssayException.class, () -> planRecurrent(backend));
        Gpu.control("clear");
        try (Probe probe = recurrentProbe(backend)) {
          gradients(probe);
        }
      }
      assertEquals(0, device.allocatedBytes());
    }
  }

  private static void planRecurrent(Backend backend) {
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, Mode.INFERENCE, Precision.F32);
      Tensor x = g.input("x", new Shape(2, 1, 5, 3));
      g.plan(g.lstm("r", x, new LstmSpec(4, true))).close();
    }
  }

  @ParameterizedTest
  @CsvSource({"true, true, false", "false, false, false", "true, false, true"})
  void everyOptionTrains(boolean deterministic, boolean autotune, boolean tf32) {
    CudaOptions options = new CudaOptions(deterministic, autotune, tf32);
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend gpu = Backends.cuda(device, options);
        Backend cpu = Backends.cpu();
        Probe expected = probe(cpu);
        Probe found = probe(gpu)) {
      assertArrayEquals(gradients(expected), gradients(found), 2e-2f);
    }
  }

  /** A graph that does not fit leaves nothing behind; a smaller one then fits. */
  @Test
  void memoryCapIsKept() {
    long cap = 1 << 18;
    try (CudaDevice device = Gpu.openOrSkip(cap);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT)) {
      try (Probe probe = probe(backend)) {
        gradients(probe);
      }
      // What the back end keeps for itself, not for a graph.
      long kept = device.allocatedBytes();
      Shape large = new Shape(8, 64, 64, 3);
      OutOfDeviceMemoryException e =
          assertThrows(
              OutOfDeviceMemoryException.class,
              () -> {
                try (ParameterStore store = new ParameterStore(backend.memory())) {
                  GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, Precision.F32);
                  g.plan(LayerContract.smallNetwork(g, g.input("x", large)));
                }
              });
      assertTrue(e.getMessage().contains("graph arena needs"), e.getMessage());
      assertTrue(e.getMessage().contains("cap " + cap), e.getMessage());
      assertEquals(kept, device.allocatedBytes());
      try (Probe probe = probe(backend)) {
        gradients(probe);
        assertTrue(device.allocatedBytes() > kept);
      }
      assertEquals(kept, device.allocatedBytes());
    }
  }

  /** More than two pieces of staging, and a source that changes at once. */
  @Test
  void copiesTakeWhatWasThereWhenTheyWereAskedFor() {
    long count = 3 << 20;
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT);
        Owner block = backend.memory().floats("block", count);
        HostBuffer host = HostBuffer.floats("host", count)) {
      for (long i = 0; i < count; i++) {
        host.putFloat(i, (float) (i % 1000));
      }
      backend.memory().copyIn(host.address(), block.address(), host.bytes());
      for (long i = 0; i < count; i++) {
        host.putFloat(i, -1);
      }
      backend.memory().copyOut(block.address(), host.address(), host.bytes());
      for (long i = 0; i < count; i += 997) {
        assertEquals((float) (i % 1000), host.getFloat(i), "value " + i);
      }
    }
  }

  @Test
  void blocksAreZero() {
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT);
        Owner block = backend.memory().floats("block", 1000)) {
      assertArrayEquals(new float[1000], Values.floats(backend.memory(), block.address(), 1000));
    }
  }

  /** The failure is told as such, to this call and the next; closing works all the same. */
  @Test
  void aLostDeviceSaysSoAndCloses() {
    Gpu.emulatorOrSkip();
    try (CudaDevice device = Gpu.openOrSkip(0);
        Backend backend = Backends.cuda(device, CudaOptions.DEFAULT);
        Probe probe = probe(backend)) {
      gradients(probe);
      Gpu.control("fail work:3=700");
      assertThrows(DeviceLostException.class, () -> gradients(probe));
      assertThrows(DeviceLostException.class, () -> gradients(probe));
    }
    Gpu.control("heal");
  }
}
