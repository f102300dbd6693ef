package dev.assay.nn.backend.cudnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaEvent;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.memory.HostBuffer;
import dev.assay.nn.Gpu;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Copies beside a stream's work, in its order. */
@Tag("emulated-gpu")
class StagingTest {
  /** Three pieces and a bit. */
  private static final long BYTES = (12 << 20) + 4;

  @Test
  void copiesDoNotWaitForTheWorkBeforeThem() {
    Gpu.emulatorOrSkip();
    try (CudaDevice device = Gpu.openOrSkip(0);
        CudaStream work = device.newStream();
        Staging staging = new Staging(device, work);
        HostBuffer host = HostBuffer.allocate("host", BYTES);
        DeviceBuffer block = device.allocate("block", BYTES)) {
      staging.copyIn(host.address(), block.address(), BYTES);
      work.synchronize();
      work.zero(block.address(), BYTES);
      try (CudaEvent before = work.record()) {
        staging.copyIn(host.address(), block.address(), BYTES);
        assertFalse(before.isDone());
        work.synchronize();
        assertTrue(before.isDone());
      }
    }
  }

  /** The block on the device is not overwritten before it was taken, and the host's at once. */
  @Test
  void copiesKeepTheirOrder() {
    try (CudaDevice device = Gpu.openOrSkip(0);
        CudaStream work = device.newStream();
        Staging staging = new Staging(device, work);
        HostBuffer host = HostBuffer.allocate("host", BYTES);
        DeviceBuffer first = device.allocate("first", BYTES);
        DeviceBuffer second = device.allocate("second", 2 * BYTES)) {
      fill(host, 1);
      staging.copyIn(host.address(), first.address(), BYTES);
      fill(host, 2);
      staging.copyIn(host.address(), second.address(), BYTES);
      fill(host, 3);
      staging.copyIn(host.address(), second.address() + BYTES, 5);
      work.zero(first.address(), 7);
      fill(host, 4);
      work.copyOut(first.address(), host.address(), BYTES);
      work.synchronize();
      expect(host, 0, 7, 0);
      expect(host, 7, BYTES, 1);
      work.copyOut(second.address(), host.address(), BYTES);
      work.synchronize();
      expect(host, 0, BYTES, 2);
      work.copyOut(second.address() + BYTES, host.address(), 5);
      work.synchronize();
      expect(host, 0, 5, 3);
    }
  }

  /** A larger copy takes a larger block instead of the one before. */
  @Test
  void theBlockGrowsAndIsFreed() {
    try (CudaDevice device = Gpu.openOrSkip(0);
        CudaStream work = device.newStream();
        HostBuffer host = HostBuffer.allocate("host", BYTES)) {
      try (DeviceBuffer block = device.allocate("block", BYTES);
          Staging staging = new Staging(device, work)) {
        staging.copyIn(host.address(), block.address(), 100);
        staging.copyIn(host.address(), block.address(), BYTES);
        staging.copyIn(host.address(), block.address(), 100);
        assertEquals(2 * BYTES, device.allocatedBytes());
      }
      assertEquals(0, device.allocatedBytes());
    }
  }

  private static void fill(HostBuffer host, int value) {
    UnsafeApi.setMemory(host.address(), host.bytes(), (byte) value);
  }

  private static void expect(HostBuffer host, long from, long to, int value) {
    for (long i = from; i < to; i++) {
      assertEquals(value, host.getByte(i), "byte " + i);
    }
  }
}
