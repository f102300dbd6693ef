package dev.assay.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.data.Batch;
import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.format.Safetensors;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.nn.Gpu;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segmenter does on a GPU what it does on the CPU, and its files move between the two. */
@Tag("emulated-gpu")
class GpuSegmenterTest {
  @TempDir Path folder;

  private CudaDevice device;
  private FpnSegmenter onCpu;
  private FpnSegmenter onGpu;

  @BeforeEach
  void open() {
    device = Gpu.openOrSkip(0);
    onCpu = new FpnSegmenter(FpnSegmenterTest.TINY, Backends.cpu());
    onGpu = new FpnSegmenter(FpnSegmenterTest.TINY, Backends.cuda(device, CudaOptions.DEFAULT));
  }

  @AfterEach
  void close() {
    if (device == null) {
      return;
    }
    onCpu.close();
    onGpu.close();
    assertEquals(0, device.allocatedBytes(), "device memory was not freed");
    device.close();
  }

  /** Three steps: the first as it comes, the second while it is recorded, the third replayed. */
  @Test
  void trainingStepsAgree() throws IOException {
    try (Batch batch = FpnSegmenterTest.quadrants(2, 32, 64, 5)) {
      for (int step = 0; step < 3; step++) {
        double expected = onCpu.trainStep(batch, 0.02);
        assertEquals(expected, onGpu.trainStep(batch, 0.02), 1e-3 * expected, "step " + step);
      }
    }
    Path cpu = folder.resolve("cpu");
    Path gpu = folder.resolve("gpu");
    onCpu.save(cpu);
    onGpu.save(gpu);
    try (Safetensors expected = Safetensors.open(cpu);
        Safetensors found = Safetensors.open(gpu)) {
      assertEquals(expected.metadata(), found.metadata());
      assertEquals(expected.names(), found.names());
      for (String name : expected.names()) {
        assertClose(expected.floats(name), found.floats(name), 5e-3, name);
      }
    }
  }

  /** Relative to the largest value, since fp32 sums in another order meet kinks of ReLU. */
  private static void assertClose(float[] expected, float[] found, double share, String what) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertArrayEquals(expected, found, (float) (share * largest), what);
  }

  @Test
  void predictionsAgree() throws IOException {
    try (Batch batch = FpnSegmenterTest.quadrants(1, 32, 64, 5)) {
      onGpu.trainStep(batch, 0.02);
      Path file = folder.resolve("net");
      onGpu.save(file);
      onCpu.load(file);
      Path again = folder.resolve("again");
      onCpu.save(again);
      assertEquals(-1, Files.mismatch(file, again), "a file changed on its way");
      for (int run = 0; run < 3; run++) {
        assertClose(values(onCpu.logits(batch)), values(onGpu.logits(batch)), 1e-4, "run " + run);
      }
    }
  }

  /** The masks are the same to the bit; each pass draws others, replayed or not. */
  @Test
  void stochasticPassesAgree() {
    try (Batch batch = FpnSegmenterTest.quadrants(1, 32, 32, 5)) {
      List<float[]> expected = new ArrayList<>();
      List<float[]> found = new ArrayList<>();
      onCpu.stochasticLogits(batch, 4, view -> expected.add(values(view)));
      onGpu.stochasticLogits(batch, 4, view -> found.add(values(view)));
      for (int pass = 0; pass < 4; pass++) {
        assertClose(expected.get(pass), found.get(pass), 1e-4, "pass " + pass);
      }
      assertEquals(4, found.stream().mapToInt(Arrays::hashCode).distinct().count());
    }
  }

  /** Read on another stream than the network's, as the scorer does. */
  private float[] values(TensorView view) {
    long count = view.n() * view.c() * view.h() * view.w();
    try (HostBuffer host = HostBuffer.floats("logits", count)) {
      if (view.device().isCpu()) {
        org.agrona.UnsafeApi.copyMemory(view.address(), host.address(), host.bytes());
      } else {
        try (CudaStream stream = device.newStream()) {
          stream.copyOut(view.address(), host.address(), host.bytes());
          stream.synchronize();
        }
      }
      float[] values = new float[(int) count];
      for (int i = 0; i < values.length; i++) {
        values[i] = host.getFloat(i);
      }
      return values;
    }
  }
}
