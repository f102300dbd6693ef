package dev.assay.device;

/** A GPU allocation failed; nothing was lost, and smaller work may succeed. */
public final class OutOfDeviceMemoryException extends AssayException {
  private static final long serialVersionUID = 1L;

  /** With the library's own text. */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
