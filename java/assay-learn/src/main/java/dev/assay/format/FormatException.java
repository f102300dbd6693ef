package dev.assay.format;

import java.io.IOException;

/**
 * A file is not what its name promises; the message names it, what was found and what was expected.
 */
public final class FormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the file. */
  public FormatException(String message) {
    super(message);
  }

  /** With a message that names the file, and what it rests on. */
  public FormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
