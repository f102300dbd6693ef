package dev.assay.device;

/** A failure of the native library that is neither the caller's arguments nor its memory. */
public class AssayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With the library's own text. */
  public AssayException(String message) {
    super(message);
  }
}
