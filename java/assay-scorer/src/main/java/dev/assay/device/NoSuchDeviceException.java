package dev.assay.device;

/** A back end that was asked for by name cannot be used here; the message says why. */
public final class NoSuchDeviceException extends UnsupportedOperationException {
  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public NoSuchDeviceException(String message) {
    super(message);
  }
}
