package dev.assay.device;

import java.util.Locale;

/**
 * What a user asks for; {@code AUTO} takes CUDA where it works and otherwise says why it does not.
 */
public enum Backend {
  AUTO,
  CPU,
  CUDA;

  /**
   * Reads {@code auto}, {@code cpu} or {@code cuda}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Backend parse(String text) {
    for (Backend backend : values()) {
      if (backend.toString().equals(text)) {
        return backend;
      }
    }
    throw new IllegalArgumentException("backend=" + text + " must be auto, cpu or cuda");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
