package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaEvent;
import dev.assay.device.CudaGraph;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.Exec;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.device.PinnedBuffer;
import dev.assay.kernel.SquaredNorm;
import dev.assay.memory.Device;
import dev.assay.memory.HostBuffer;
import java.util.List;
import jcuda.driver.CUcontext;
import jcuda.driver.JCudaDriver;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Devices, streams, events, graphs and memory: order, ownership, the cap. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class DeviceEmulatedGpuTest {
  private static void fill(long address, long bytes, int seed) {
    for (long i = 0; i < bytes; i++) {
      UnsafeApi.putByte(address + i, (byte) (seed + 31 * i));
    }
  }

  private static void expect(long address, long bytes, int seed) {
    for (long i = 0; i < bytes; i++) {
      assertEquals((byte) (seed + 31 * i), UnsafeApi.getByte(address + i), "byte " + i);
    }
  }

  @Test
  void aDeviceSaysWhatItIs() {
    assertNull(CudaDevice.whyNot());
    try (CudaDevice device = CudaDevice.open(1, 0)) {
      assertEquals(Device.cuda(1), device.device());
      assertEquals(90, device.computeCapability());
      assertEquals(268435456, device.totalBytes());
      assertTrue(device.freeBytes() > 0 && device.freeBytes() <= device.totalBytes());
      assertEquals(0, device.allocatedBytes());
    }
  }

  @Test
  void aDeviceThatIsNotThereIsAnError() {
    NoSuchDeviceException e =
        assertThrows(NoSuchDeviceException.class, () -> CudaDevice.open(2, 0));
    assertEquals("cuda:2: found 2 devices, expected an ordinal in [0, 1]", e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> CudaDevice.open(0, -1));
  }

  /** A thread's context is its own: one without any has none after a kernel, on any device. */
  @Test
  void aKernelLeavesTheThreadsContextAlone() {
    try (CudaDevice device = CudaDevice.open(1, 0);
        CudaStream stream = device.newStream();
        DeviceBuffer values = device.allocate("values", 4000);
        SquaredNorm kernel = new SquaredNorm()) {
      CUcontext before = new CUcontext();
      assertEquals(0, JCudaDriver.cuCtxGetCurrent(before));
      stream.zero(values.address(), values.bytes());
      assertEquals(0, kernel.run(Exec.cuda(stream), values.address(), 1000));
      CUcontext after = new CUcontext();
      assertEquals(0, JCudaDriver.cuCtxGetCurrent(after));
      assertEquals(before, after);
    }
  }

  @Test
  void theCapHoldsAndNamesWhatFillsIt() {
    try (CudaDevice device = CudaDevice.open(0, 1000)) {
      DeviceBuffer logits = device.allocate("logits", 800);
      assertEquals(200, device.freeBytes());
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> device.allocate("weights", 300));
      for (String part : List.of("cuda:0", "weights", "300", "logits 800", "cap 1000")) {
        assertTrue(e.getMessage().contains(part), e.getMessage());
      }
      assertEquals(800, device.allocatedBytes());
      logits.close();
      assertEquals(0, device.allocatedBytes());
      device.allocate("weights", 1000).close();
    }
  }

  @Test
  void memoryOfTheDeviceItselfEndsToo() {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> device.allocate("big", 1L << 40));
      assertTrue(e.getMessage().contains("cap none"), e.getMessage());
      assertEquals(0, device.allocatedBytes());
      device.allocate("small", 64).close();
    }
  }

  @Test
  void buffersAreFreedOnceAndNotUsedAfter() {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      DeviceBuffer buffer = device.allocate("buffer", 64);
      PinnedBuffer pinned = device.pinned("pinned", 64);
      assertEquals(Device.cuda(0), buffer.device());
      assertTrue(pinned.device().isCpu());
      buffer.lease();
      assertThrows(IllegalStateException.class, buffer::close);
      buffer.release();
      buffer.close();
      buffer.close();
      pinned.close();
      pinned.close();
      IllegalStateException e = assertThrows(IllegalStateException.class, buffer::address);
      assertEquals("DeviceBuffer buffer (64 bytes) is closed", e.getMessage());
      assertThrows(IllegalStateException.class, pinned::address);
    }
  }

  @Test
  void closingADeviceClosesWhatWasMadeOnIt() {
    CudaDevice device = CudaDevice.open(0, 0);
    CudaStream stream = device.newStream();
    DeviceBuffer buffer = device.allocate("buffer", 64);
    PinnedBuffer pinned = device.pinned("pinned", 64);
    CudaEvent event = stream.record();
    CudaGraph graph = stream.capture(() -> stream.zero(buffer.address(), 64));
    device.close();
    device.close();
    assertThrows(IllegalStateException.class, buffer::address);
    assertThrows(IllegalStateException.class, pinned::address);
    assertThrows(IllegalStateException.class, stream::synchronize);
    assertThrows(IllegalStateException.class, event::isDone);
    assertThrows(IllegalStateException.class, () -> graph.launch(stream));
    assertThrows(IllegalStateException.class, device::newStream);
  }

  @Test
  void aDeviceInUseStaysOpen() {
    CudaDevice device = CudaDevice.open(0, 0);
    DeviceBuffer buffer = device.allocate("buffer", 64);
    buffer.lease();
    IllegalStateException e = assertThrows(IllegalStateException.class, device::close);
    assertTrue(e.getSuppressed()[0].getMessage().contains("in use by 1 call"));
    assertTrue(buffer.address() != 0);
    buffer.release();
    device.close();
    assertThrows(IllegalStateException.class, buffer::address);
  }

  @Test
  void copiesGoInAndOutAndWithin() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream();
        DeviceBuffer from = device.allocate("from", 1000);
        DeviceBuffer to = device.allocate("to", 1000);
        HostBuffer host = HostBuffer.allocate("host", 1000);
        HostBuffer back = HostBuffer.allocate("back", 1000)) {
      fill(host.address(), 1000, 5);
      stream.copyIn(host.address(), from.address(), 1000);
      stream.zero(to.address(), 1000);
      stream.copyWithin(from.address() + 100, to.address() + 100, 800);
      stream.copyOut(to.address(), back.address(), 1000);
      stream.copyOut(to.address(), back.address(), 0);
      stream.synchronize();
      expect(back.address() + 100, 800, 5 + 3100);
      assertEquals(0, back.getByte(99));
      assertEquals(0, back.getByte(900));
    }
  }

  /** The emulator runs nothing before something waits: work that overtook would show. */
  @Test
  void eventsOrderStreams() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream first = device.newStream();
        CudaStream second = device.newStream();
        DeviceBuffer buffer = device.allocate("buffer", 64);
        PinnedBuffer in = device.pinned("in", 64);
        PinnedBuffer out = device.pinned("out", 64)) {
      fill(in.address(), 64, 1);
      fill(out.address(), 64, 9);
      first.copyIn(in.address(), buffer.address(), 64);
      try (CudaEvent written = first.record()) {
        assertFalse(written.isDone());
        second.await(written);
        second.copyOut(buffer.address(), out.address(), 64);
        expect(out.address(), 64, 9);
        second.synchronize();
        assertTrue(written.isDone());
      }
      expect(out.address(), 64, 1);
    }
  }

  @Test
  void aGraphRunsItsWorkAgain() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream();
        CudaStream other = device.newStream();
        DeviceBuffer buffer = device.allocate("buffer", 64);
        PinnedBuffer in = device.pinned("in", 64);
        PinnedBuffer out = device.pinned("out", 64);
        CudaGraph graph =
            stream.capture(
                () -> {
                  stream.copyIn(in.address(), buffer.address(), 64);
                  stream.copyOut(buffer.address(), out.address(), 64);
                })) {
      for (int seed = 1; seed < 4; seed++) {
        fill(in.address(), 64, seed);
        CudaStream where = seed == 2 ? other : stream;
        graph.launch(where);
        where.synchronize();
        expect(out.address(), 64, seed);
      }
      assertThrows(
          IllegalCallerException.class,
          () ->
              stream.capture(
                  () -> {
                    throw new IllegalCallerException("in capture");
                  }));
      stream.zero(buffer.address(), 64);
      stream.synchronize();
    }
  }

  @Test
  void aStreamOfAnotherLibraryIsBorrowed() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream owner = device.newStream();
        DeviceBuffer buffer = device.allocate("buffer", 64);
        PinnedBuffer out = device.pinned("out", 64)) {
      try (CudaStream borrowed = device.streamAt(owner.handle())) {
        assertEquals(owner.handle(), borrowed.handle());
        borrowed.zero(buffer.address(), 64);
      }
      fill(out.address(), 64, 1);
      owner.copyOut(buffer.address(), out.address(), 64);
      owner.synchronize();
      assertEquals(0, UnsafeApi.getByte(out.address() + 63));
    }
  }

  /** Around the slots' size and far beyond, so that slots are used again and again. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4194303, 4194304, 4194305, 8388608, 21000001})
  void stagingPassesEveryByte(long bytes) {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream();
        HostBuffer host = HostBuffer.allocate("host", bytes);
        HostBuffer back = HostBuffer.allocate("back", bytes)) {
      fill(host.address(), bytes, 3);
      long there = stream.workspace().scratch(bytes);
      stream.workspace().upload(host.address(), there, bytes);
      fill(host.address(), bytes, 4);
      stream.workspace().download(there, back.address(), bytes);
      expect(back.address(), bytes, 3);
    }
  }
}
