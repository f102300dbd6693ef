package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.device.AssayException;
import dev.assay.device.CudaDevice;
import dev.assay.device.CudaEvent;
import dev.assay.device.CudaGraph;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.DeviceLostException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.device.PinnedBuffer;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.RegionList;
import dev.assay.score.Session;
import dev.assay.score.Signal;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens when the driver says no: memory that is short, and a device that breaks. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class FaultsEmulatedGpuTest {
  private static final int OUT_OF_MEMORY = 2;
  private static final int ILLEGAL_ADDRESS = 700;
  private static final Set<Signal> MEAN = Set.of(Signal.ENTROPY_MEAN);

  private final HostBuffer values = Scores.random(1, 3, 16, 32);
  private final TensorView logits = Scores.view(values, 1, 3, 16, 32);
  private final RegionList regions = RegionList.grid(1, 32, 16, 16, 16);

  private void close() {
    values.close();
    regions.close();
  }

  private float[] onTheCpu() {
    try (Engine engine = Engine.cpu(1);
        Session session = engine.session()) {
      return session.regionSignals(logits, regions, MEAN).entropyMean();
    }
  }

  /** One allocation fails, the call with it, and the same call succeeds right after. */
  @ParameterizedTest
  @CsvSource({
    "cuMemAlloc_v2, 1",
    "cuMemHostAlloc, 1",
    "cuMemHostAlloc, 2",
    "assay_region_signals, 1"
  })
  void memoryThatIsShortLosesOneCall(String function, int nth) {
    try (Engine engine = Engine.cuda(0, 1, 0);
        Session session = engine.session()) {
      EmulatedGpu.fail(function, nth, OUT_OF_MEMORY);
      OutOfDeviceMemoryException e =
          assertThrows(
              OutOfDeviceMemoryException.class, () -> session.regionSignals(logits, regions, MEAN));
      assertTrue(
          e.getMessage().contains("out of memory") || e.getMessage().contains("needs"),
          e.getMessage());
      assertArrayEquals(onTheCpu(), session.regionSignals(logits, regions, MEAN).entropyMean());
    } finally {
      close();
    }
  }

  @Test
  void aCapThatIsTooSmallSaysWhatItNeeds() {
    try (Engine engine = Engine.cuda(0, 1, 1000);
        Session session = engine.session()) {
      OutOfDeviceMemoryException e =
          assertThrows(
              OutOfDeviceMemoryException.class, () -> session.regionSignals(logits, regions, MEAN));
      assertTrue(e.getMessage().contains("cap 1000"), e.getMessage());
      assertEquals(0, engine.cudaDevice().allocatedBytes());
    } finally {
      close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"work", "cuMemcpyHtoDAsync_v2", "cuStreamSynchronize", "cuEventSynchronize"})
  void aBrokenDeviceSaysSoEverAfterAndClosesQuietly(String where) {
    Engine engine = Engine.cuda(0, 1, 0);
    try {
      Session session = engine.session();
      CudaDevice device = engine.cudaDevice();
      CudaStream stream = device.newStream();
      DeviceBuffer buffer = device.allocate("buffer", 64);
      PinnedBuffer pinned = device.pinned("pinned", 64);
      CudaEvent event = stream.record();
      CudaGraph graph = stream.capture(() -> stream.zero(buffer.address(), 64));
      EmulatedGpu.fail(where, 1, ILLEGAL_ADDRESS);
      DeviceLostException first =
          assertThrows(DeviceLostException.class, () -> lose(session, stream));
      assertTrue(first.getMessage().contains("700"), first.getMessage());
      DeviceLostException later = assertThrows(DeviceLostException.class, device::newStream);
      assertTrue(later.getMessage().contains("is lost since an earlier call"), later.getMessage());
      assertThrows(DeviceLostException.class, () -> device.allocate("more", 64));
      assertThrows(DeviceLostException.class, () -> stream.zero(buffer.address(), 64));
      assertThrows(DeviceLostException.class, () -> graph.launch(stream));
      assertThrows(DeviceLostException.class, event::isDone);
      assertThrows(DeviceLostException.class, () -> lose(session, stream));
      graph.close();
      event.close();
      pinned.close();
      buffer.close();
      stream.close();
      session.close();
    } finally {
      engine.close();
      close();
      EmulatedGpu.heal();
    }
  }

  private void lose(Session session, CudaStream stream) {
    session.regionSignals(logits, regions, MEAN);
    stream.synchronize();
  }

  @Test
  void anotherDeviceIsNotLostWithIt() {
    try (CudaDevice broken = CudaDevice.open(0, 0);
        CudaDevice other = CudaDevice.open(1, 0);
        CudaStream stream = broken.newStream();
        CudaStream alive = other.newStream()) {
      EmulatedGpu.fail("cuStreamSynchronize", 1, ILLEGAL_ADDRESS);
      assertThrows(DeviceLostException.class, stream::synchronize);
      alive.synchronize();
    } finally {
      close();
      EmulatedGpu.heal();
    }
  }

  @Test
  void otherErrorsAreNotForGood() {
    try (CudaDevice device = CudaDevice.open(0, 0);
        CudaStream stream = device.newStream()) {
      EmulatedGpu.fail("cuStreamSynchronize", 1, 999);
      AssayException e = assertThrows(AssayException.class, stream::synchronize);
      assertTrue(e.getMessage().startsWith("cuda:0: cuStreamSynchronize: "), e.getMessage());
      stream.synchronize();
    } finally {
      close();
    }
  }
}
