package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.AssayException;
import dev.assay.device.CudaDevice;
import dev.assay.device.CudaGraph;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.Exec;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.kernel.ClassDistributions;
import dev.assay.kernel.KlHistogram;
import dev.assay.kernel.KlOutputs;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The device memory that kernels use for themselves: counted, capped, kept for graphs. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class ScratchEmulatedGpuTest {
  private static final int CLASSES = 4;
  private static final int BINS = 32;

  /** Class counts on the device, and room for their histograms. */
  private static final class Problem implements AutoCloseable {
    final int rows;
    final DeviceBuffer counts;
    final DeviceBuffer histograms;
    final ClassDistributions distributions;

    Problem(CudaDevice device, CudaStream stream, int rows) {
      this.rows = rows;
      counts = device.allocate("counts", 4L * rows * CLASSES);
      histograms = device.allocate("histograms", 4L * rows * BINS);
      distributions =
          new ClassDistributions(raw(counts), ClassDistributions.Type.I32, rows, CLASSES, 1e-7);
      try (HostBuffer host = HostBuffer.allocate("counts", counts.bytes())) {
        for (int i = 0; i < rows * CLASSES; i++) {
          host.view().putInt(4 * i, 1 + i * 7 % 11);
        }
        stream.workspace().upload(host.address(), counts.address(), host.bytes());
        stream.synchronize();
      }
    }

    /** A recording ends no leases. */
    private static Span raw(DeviceBuffer buffer) {
      return Span.raw(buffer.device(), buffer.address(), buffer.bytes());
    }

    void enqueue(KlHistogram kernel, CudaStream stream) {
      kernel.run(Exec.cuda(stream), distributions, null, KlOutputs.histogram(raw(histograms)));
    }

    float[] found(CudaStream stream) {
      float[] values = new float[rows * BINS];
      try (HostBuffer host = HostBuffer.allocate("histograms", histograms.bytes())) {
        stream.workspace().download(histograms.address(), host.address(), host.bytes());
        stream.synchronize();
        for (int i = 0; i < values.length; i++) {
          values[i] = host.getFloat(i);
        }
      }
      return values;
    }

    long bytes() {
      return counts.bytes() + histograms.bytes();
    }

    @Override
    public void close() {
      counts.close();
      histograms.close();
    }
  }

  @Test
  void scratchIsInTheAccountAndReused() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream();
        KlHistogram kernel = new KlHistogram();
        Problem problem = new Problem(device, stream, 100)) {
      long allocations = EmulatedGpu.calls("cuMemAlloc_v2");
      problem.enqueue(kernel, stream);
      // Two tables of doubles and two sums a row, in panels of 32 rows.
      long scratch = device.allocatedBytes() - problem.bytes();
      assertTrue(scratch >= 8L * 128 * (2 * CLASSES + 1), "scratch " + scratch);
      assertEquals(scratch, stream.workspace().kernelScratchBytes());
      problem.enqueue(kernel, stream);
      stream.synchronize();
      assertEquals(1, EmulatedGpu.calls("cuMemAlloc_v2") - allocations);
      assertEquals(scratch, device.allocatedBytes() - problem.bytes());
    }
  }

  @Test
  void theCapHoldsForScratch() {
    long cap = 4L * 100 * (CLASSES + BINS) + 4000;
    try (CudaDevice device = CudaDevice.open(0, cap);
        CudaStream stream = device.newStream();
        KlHistogram kernel = new KlHistogram()) {
      try (Problem large = new Problem(device, stream, 100)) {
        OutOfDeviceMemoryException e =
            assertThrows(OutOfDeviceMemoryException.class, () -> large.enqueue(kernel, stream));
        assertTrue(e.getMessage().contains("scratch of kernels needs "), e.getMessage());
        assertTrue(e.getMessage().contains("cap " + cap), e.getMessage());
        assertEquals(large.bytes(), device.allocatedBytes());
      }
      try (Problem small = new Problem(device, stream, 10)) {
        small.enqueue(kernel, stream);
        assertTrue(small.found(stream)[0] > 0);
      }
    }
  }

  /** A graph uses the scratch that it was recorded with, though the stream's has grown since. */
  @Test
  void graphsKeepTheScratchTheyKnow() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream();
        KlHistogram kernel = new KlHistogram();
        Problem small = new Problem(device, stream, 20);
        Problem large = new Problem(device, stream, 300)) {
      // The first call makes the scratch, which a recording cannot.
      assertThrows(AssayException.class, () -> stream.capture(() -> small.enqueue(kernel, stream)));
      small.enqueue(kernel, stream);
      float[] expected = small.found(stream);
      try (CudaGraph graph = stream.capture(() -> small.enqueue(kernel, stream))) {
        long before = stream.workspace().kernelScratch();
        large.enqueue(kernel, stream);
        assertTrue(stream.workspace().kernelScratch() != before);
        stream.zero(small.histograms.address(), small.histograms.bytes());
        graph.launch(stream);
        assertArrayEquals(expected, small.found(stream));
      }
    }
  }
}
