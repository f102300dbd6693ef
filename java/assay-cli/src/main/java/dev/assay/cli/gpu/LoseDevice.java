package dev.assay.cli.gpu;

import dev.assay.device.DeviceLostException;
import dev.assay.memory.DType;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.PixelSignal;
import dev.assay.score.Session;
import java.util.EnumSet;

/**
 * A program that makes a kernel read an address that is none, and checks what Java code then sees:
 * {@link DeviceLostException} from this call and every later one, and closing that does not throw.
 */
public final class LoseDevice {
  private static final long NO_ADDRESS = 0x1000;

  private LoseDevice() {}

  /** Exit code 0 if all was as it should be. */
  public static void main(String[] args) {
    try (Engine engine = Engine.cuda(0, 0, 0)) {
      Session session = engine.session();
      TensorView wrong =
          TensorView.nchw(64, DType.F32, 1, 4, 64, 64).on(engine.device(), NO_ADDRESS);
      expectLost("the call", () -> session.pixelSignals(wrong, EnumSet.allOf(PixelSignal.class)));
      expectLost(
          "a later call", () -> session.pixelSignals(wrong, EnumSet.allOf(PixelSignal.class)));
      session.close();
    }
    System.out.println("closed without an exception");
  }

  private static void expectLost(String what, Runnable call) {
    try {
      call.run();
    } catch (DeviceLostException e) {
      System.out.println(what + ": " + e.getMessage());
      return;
    }
    throw new IllegalStateException(what + " succeeded on a lost device");
  }
}
