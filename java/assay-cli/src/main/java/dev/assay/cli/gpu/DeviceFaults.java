package dev.assay.cli.gpu;

import dev.assay.device.CudaDevice;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.DeviceLostException;
import dev.assay.device.OutOfDeviceMemoryException;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.PixelSignal;
import dev.assay.score.Session;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.agrona.UnsafeApi;

/** What goes wrong on a GPU, provoked: memory that runs out, and a context that breaks. */
final class DeviceFaults {
  private static final long NO_ADDRESS = 0x1000;
  private static final Set<PixelSignal> ENTROPY = EnumSet.of(PixelSignal.ENTROPY);

  private DeviceFaults() {}

  /**
   * An allocation that cannot be is an error that names it, and the next one that can be succeeds;
   * so it is with a call whose arguments do not fit.
   */
  static void outOfMemory(PartLog log) {
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      long tooMuch = device.totalBytes() + (1L << 30);
      try (DeviceBuffer impossible = device.allocate("more than there is", tooMuch)) {
        log.failed("allocation", impossible.bytes() + " bytes were allocated");
        return;
      } catch (OutOfDeviceMemoryException e) {
        log.passed("allocation", String.valueOf(e.getMessage()));
      }
      try (DeviceBuffer small = device.allocate("a little", 1 << 20)) {
        log.passed("afterwards", small.bytes() + " bytes were allocated");
      }
    }
    try (Engine engine = Engine.cuda(0, 0, 1 << 18);
        Session session = engine.session()) {
      cappedCall(log, session);
    }
  }

  private static void cappedCall(PartLog log, Session session) {
    try (HostBuffer scores = logits(256)) {
      session.pixelSignals(view(scores, 256), ENTROPY);
      log.failed("call beyond the cap", "went on with a cap of 256 KiB");
    } catch (OutOfDeviceMemoryException e) {
      log.passed("call beyond the cap", String.valueOf(e.getMessage()));
    }
    try (HostBuffer scores = logits(32);
        Engine cpu = Engine.cpu(0);
        Session onCpu = cpu.session()) {
      if (Arrays.equals(entropies(onCpu, scores), entropies(session, scores))) {
        log.passed("the next call", "the same bits as on the CPU");
      } else {
        log.failed("the next call", "differs from the CPU");
      }
    }
  }

  private static float[] entropies(Session session, HostBuffer logits) {
    Span entropies = session.pixelSignals(view(logits, 32), ENTROPY).span(PixelSignal.ENTROPY);
    float[] values = new float[32 * 32];
    for (int i = 0; i < values.length; i++) {
      values[i] = UnsafeApi.getFloat(entropies.address() + 4L * i);
    }
    return values;
  }

  /** Logits [4, side, side]. */
  private static HostBuffer logits(int side) {
    HostBuffer buffer = HostBuffer.floats("logits", 4L * side * side);
    for (int i = 0; i < 4 * side * side; i++) {
      buffer.putFloat(i, i % 13);
    }
    return buffer;
  }

  private static TensorView view(HostBuffer logits, int side) {
    return TensorView.nchw(logits.address(), DType.F32, 1, 4, side, side);
  }

  /**
   * A kernel reads an address that is none: {@link DeviceLostException} from this call and every
   * later one, and closing does not throw. The device is then of no more use to this process.
   */
  static void lostDevice(PartLog log) {
    try (Engine engine = Engine.cuda(0, 0, 0)) {
      Session session = engine.session();
      TensorView wrong =
          TensorView.nchw(64, DType.F32, 1, 4, 64, 64).on(engine.device(), NO_ADDRESS);
      expectLost(log, "the call", () -> session.pixelSignals(wrong, ENTROPY));
      expectLost(log, "a later call", () -> session.pixelSignals(wrong, ENTROPY));
      expectLost(log, "an allocation", () -> engine.cudaDevice().allocate("a little", 64).close());
      session.close();
    }
    log.passed("closing", "without an exception");
  }

  private static void expectLost(PartLog log, String what, Runnable call) {
    try {
      call.run();
      log.failed(what, "succeeded on a lost device");
    } catch (DeviceLostException e) {
      log.passed(what, String.valueOf(e.getMessage()));
    }
  }
}
