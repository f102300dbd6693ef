package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_BAD_PARAM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_INTERNAL_ERROR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_NOT_SUPPORTED;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cudnn.cudnnGetErrorString;
import static org.bytedeco.cuda.global.cudnn.cudnnGetLastErrorString;

import dev.assay.device.AssayException;
import dev.assay.device.DeviceLostException;
import dev.assay.device.OutOfDeviceMemoryException;
import org.bytedeco.javacpp.BytePointer;

/** Turns status codes into exceptions that say what was being done. */
final class Status {
  private static final int REASON_BYTES = 1024;

  private Status() {}

  /** Throws for any status but success. */
  static void check(String what, int status) {
    if (status != CUDNN_STATUS_SUCCESS) {
      throw exception(what + ": " + text(status) + reason(), status);
    }
  }

  /**
   * What the library says about its last failure in this thread, behind a colon; may be nothing.
   */
  private static String reason() {
    try (BytePointer text = new BytePointer(REASON_BYTES)) {
      cudnnGetLastErrorString(text.put(0, (byte) 0), REASON_BYTES);
      String reason = text.getString().strip().replaceAll("\\s+", " ");
      return reason.isEmpty() ? "" : ": " + reason;
    }
  }

  static String text(int status) {
    return cudnnGetErrorString(status).getString() + " (" + status + ")";
  }

  /**
   * Why the library will not do what it was asked for, where there is another way to do it.
   *
   * @throws RuntimeException the exception itself where another way fails as well: the device is
   *     lost, or its memory is full
   */
  static String refusal(RuntimeException e) {
    if (e instanceof DeviceLostException || e instanceof OutOfDeviceMemoryException) {
      throw e;
    }
    boolean ofLibrary =
        e instanceof AssayException
            || e instanceof UnsupportedOperationException
            || e instanceof IllegalArgumentException;
    if (!ofLibrary) {
      throw e;
    }
    return e.getMessage();
  }

  /** Thousands are the library's categories, other digits the detail. */
  private static RuntimeException exception(String text, int status) {
    if (status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED) {
      return new OutOfDeviceMemoryException(text);
    }
    if (status >= CUDNN_STATUS_BAD_PARAM && status < CUDNN_STATUS_NOT_SUPPORTED) {
      return new IllegalArgumentException(text);
    }
    if (status >= CUDNN_STATUS_NOT_SUPPORTED && status < CUDNN_STATUS_INTERNAL_ERROR) {
      return new UnsupportedOperationException(text);
    }
    return new AssayException(text);
  }
}
