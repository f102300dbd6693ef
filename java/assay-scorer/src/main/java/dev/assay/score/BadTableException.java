package dev.assay.score;

import java.io.IOException;
import java.nio.file.Path;

/** A signal table is damaged or of another kind; the message names file, found and expected. */
public final class BadTableException extends IOException {
  private static final long serialVersionUID = 1L;

  BadTableException(Path file, String found, String expected) {
    super(file + ": found " + found + ", expected " + expected);
  }
}
