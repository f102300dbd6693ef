package dev.assay.device;

/** A GPU failed for good: every later call on it fails at once in this process. */
public final class DeviceLostException extends AssayException {
  private static final long serialVersionUID = 1L;

  /** With the library's own text. */
  public DeviceLostException(String message) {
    super(message);
  }
}
