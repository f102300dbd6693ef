package dev.assay.data;

import java.io.IOException;
import java.nio.file.Path;

/** A data file that is not what it should be; the message names file, found and expected. */
public final class BadDataException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Composes "{@code file}: found {@code found}; expected {@code expected}". */
  public BadDataException(Path file, String found, String expected) {
    super(message(file, found, expected));
  }

  /** The same, with the failure that led here. */
  public BadDataException(Path file, String found, String expected, Throwable cause) {
    super(message(file, found, expected), cause);
  }

  private static String message(Path file, String found, String expected) {
    return file + ": found " + found + "; expected " + expected;
  }
}
