package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.device.CudaDevice;
import dev.assay.memory.LeakCheck;
import dev.assay.score.Engine;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * For tests on the GPU that tests/emulator plays: skips them, saying so, in a JVM that was started
 * without it; clears planned faults around each; and looks for owners that were not closed.
 */
final class EmulatedGpu implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {
  /** The tag by which the build knows which JVM a test wants. */
  static final String TAG = "emulated-gpu";

  private static final String MISSING =
      "this JVM was not started with the CUDA emulator, which tests/run builds";

  @Override
  public void beforeAll(ExtensionContext context) {
    boolean there = isThere();
    if (!there) {
      System.err.println(
          "SKIPPED " + context.getDisplayName() + ": " + MISSING + ": " + Engine.whyNotCuda());
    }
    Assumptions.assumeTrue(there, MISSING);
  }

  private static boolean isThere() {
    if (Engine.whyNotCuda() != null) {
      return false;
    }
    try (CudaDevice device = CudaDevice.open(0, 0)) {
      return device.name().equals("Assay emulated device");
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    control("clear");
  }

  @Override
  public void afterEach(ExtensionContext context) {
    control("clear");
    LeakCheck.requireNone();
  }

  /** The {@code nth} call from now of the driver's {@code function} ends with {@code code}. */
  static void fail(String function, int nth, int code) {
    control("fail " + function + ":" + nth + "=" + code);
  }

  /** Ends the errors that broke the emulated devices; what was allocated on them is gone. */
  static void heal() {
    control("heal");
  }

  /** How often the driver's {@code function} was called. */
  static long calls(String function) {
    Answer answer = new Answer();
    assertEquals(0, JCudaDriver.cuModuleLoad(answer, "emulator:calls " + function), function);
    return answer.value();
  }

  /** The emulator answers in a module's handle. */
  private static final class Answer extends CUmodule {
    long value() {
      return getNativePointer();
    }
  }

  private static void control(String text) {
    assertEquals(0, JCudaDriver.cuModuleLoad(new CUmodule(), "emulator:" + text), text);
  }
}
