package dev.assay.kernel;

import dev.assay.device.AssayException;
import dev.assay.device.DeviceLostException;
import dev.assay.device.OutOfDeviceMemoryException;
import org.bytedeco.javacpp.BytePointer;

/** Turns a status of the C ABI into the exception that Java code expects for it. */
final class Status {
  private static final int OK = 0;

  private Status() {}

  /** Returns when {@code status} is OK; must run on the thread that made the call. */
  static void check(int status) {
    if (status != OK) {
      throw failure(status, lastError());
    }
  }

  /** The text of the last failure on this thread. */
  static String lastError() {
    BytePointer text = AssayLibrary.assay_last_error();
    return text == null ? "" : text.getString();
  }

  private static RuntimeException failure(int status, String text) {
    return switch (status) {
      case 1 -> new IllegalArgumentException(text);
      case 2 -> new UnsupportedOperationException(text);
      case 3 -> throw new OutOfMemoryError(text);
      case 4 -> new OutOfDeviceMemoryException(text);
      case 5 -> new DeviceLostException(text);
      case 6 -> new IllegalStateException(text);
      default -> new AssayException("status " + status + ": " + text);
    };
  }
}
