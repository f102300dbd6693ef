package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.Exec;
import dev.assay.kernel.AdamStep;
import dev.assay.kernel.CrossEntropy;
import dev.assay.kernel.SgdStep;
import dev.assay.kernel.SquaredNorm;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The kernels that a network trains with, on a GPU: their scalars stay there where that is asked
 * for, and the host waits for none of them.
 */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class TrainingKernelsEmulatedGpuTest {
  private static final int COUNT = 5003;
  private static final Exec CPU = Exec.cpu(1);

  private final SplittableRandom random = new SplittableRandom(3);
  private CudaDevice device;
  private CudaStream stream;
  private Exec gpu;

  @BeforeEach
  void open() {
    device = CudaDevice.open(0, 0);
    stream = device.newStream();
    gpu = Exec.cuda(stream);
  }

  @AfterEach
  void close() {
    stream.close();
    device.close();
  }

  private HostBuffer floats(int count) {
    HostBuffer buffer = HostBuffer.floats("values", count);
    for (int i = 0; i < count; i++) {
      buffer.putFloat(i, (float) random.nextDouble(0.1, 1));
    }
    return buffer;
  }

  private DeviceBuffer onDevice(HostBuffer host) {
    DeviceBuffer buffer = device.allocate("copy", host.bytes());
    stream.workspace().upload(host.address(), buffer.address(), host.bytes());
    stream.synchronize();
    return buffer;
  }

  private byte[] bytes(DeviceBuffer from) {
    try (HostBuffer host = HostBuffer.allocate("fetched", from.bytes())) {
      stream.workspace().download(from.address(), host.address(), from.bytes());
      return bytes(host);
    }
  }

  private static byte[] bytes(HostBuffer host) {
    byte[] bytes = new byte[Math.toIntExact(host.bytes())];
    host.getBytes(0, bytes, 0, bytes.length);
    return bytes;
  }

  /** How often the host may have waited, or asked for results. */
  private static long waits() {
    return EmulatedGpu.calls("cuStreamSynchronize")
        + EmulatedGpu.calls("cuEventSynchronize")
        + EmulatedGpu.calls("cuMemcpyDtoHAsync_v2");
  }

  @Test
  void theNormStaysOnTheDevice() {
    try (HostBuffer values = floats(COUNT);
        DeviceBuffer there = onDevice(values);
        DeviceBuffer norm = device.allocate("norm", 8);
        HostBuffer fetched = HostBuffer.allocate("norm", 8);
        SquaredNorm kernel = new SquaredNorm()) {
      long before = waits();
      kernel.enqueue(gpu, there.address(), COUNT, norm.address());
      assertEquals(before, waits());
      stream.workspace().download(norm.address(), fetched.address(), 8);
      double expected = kernel.run(CPU, values.address(), COUNT);
      assertEquals(expected, fetched.view().getDouble(0), 0);
      before = waits();
      assertEquals(expected, kernel.run(gpu, there.address(), COUNT), 0);
      assertTrue(before < waits(), "a result on the host is waited for");
      assertThrows(
          IllegalArgumentException.class, () -> kernel.enqueue(gpu, there.address(), COUNT, 0));
    }
  }

  @Test
  void theLossStaysOnTheDevice() {
    int classes = 7;
    int pixels = 2 * 9 * 11;
    try (HostBuffer logits = floats(pixels * classes);
        HostBuffer labels = labels(pixels, classes);
        HostBuffer gradient = HostBuffer.floats("gradient", (long) pixels * classes);
        DeviceBuffer logitsThere = onDevice(logits);
        DeviceBuffer labelsThere = onDevice(labels);
        DeviceBuffer gradientThere = device.allocate("gradient", gradient.bytes());
        DeviceBuffer scalars = device.allocate("scalars", 24);
        HostBuffer fetched = HostBuffer.allocate("scalars", 24);
        CrossEntropy kernel = new CrossEntropy()) {
      TensorView view = TensorView.nhwc(logits.address(), DType.F32, 2, classes, 9, 11);
      TensorView there = view.on(device.device(), logitsThere.address());
      long before = waits();
      kernel.enqueue(
          gpu, there, labelsThere.address(), 0, 255, gradientThere.address(), scalars.address());
      assertEquals(before, waits());
      stream.workspace().download(scalars.address(), fetched.address(), 24);
      double loss = kernel.run(CPU, view, labels.address(), 0, 255, gradient.address());
      assertEquals(loss, fetched.view().getDouble(0), 1e-12);
      assertEquals(kernel.weightSum(), fetched.view().getDouble(8), 0);
      assertEquals(0, fetched.view().getLong(16));
      assertArrayEquals(bytes(gradient), bytes(gradientThere));
    }
  }

  private HostBuffer labels(int pixels, int classes) {
    HostBuffer labels = HostBuffer.allocate("labels", pixels);
    for (int i = 0; i < pixels; i++) {
      labels.putByte(i, (byte) (i % 10 == 0 ? 255 : random.nextInt(classes)));
    }
    return labels;
  }

  @Test
  void stepsAreQueued() {
    try (HostBuffer p = floats(COUNT);
        HostBuffer g = floats(COUNT);
        HostBuffer m = floats(COUNT);
        HostBuffer v = floats(COUNT);
        DeviceBuffer pThere = onDevice(p);
        DeviceBuffer gThere = onDevice(g);
        DeviceBuffer mThere = onDevice(m);
        DeviceBuffer vThere = onDevice(v);
        SgdStep sgd = new SgdStep();
        AdamStep adam = new AdamStep()) {
      long before = waits();
      sgd(sgd, gpu, pThere.address(), gThere.address(), mThere.address());
      adam(adam, gpu, pThere.address(), gThere.address(), mThere.address(), vThere.address());
      assertEquals(before, waits());
      sgd(sgd, CPU, p.address(), g.address(), m.address());
      adam(adam, CPU, p.address(), g.address(), m.address(), v.address());
      assertArrayEquals(bytes(p), bytes(pThere));
      assertArrayEquals(bytes(m), bytes(mThere));
      assertArrayEquals(bytes(v), bytes(vThere));
      assertArrayEquals(bytes(g), bytes(gThere));
    }
  }

  private static void sgd(SgdStep kernel, Exec exec, long p, long g, long v) {
    kernel.run(exec, p, g, v, COUNT, 0.1, 0.9, 1e-4, 0.5);
  }

  private static void adam(AdamStep kernel, Exec exec, long p, long g, long m, long v) {
    kernel.run(exec, p, g, m, v, COUNT, 2, 1e-3, 0.9, 0.999, 1e-8, 1e-4, 0.5);
  }
}
