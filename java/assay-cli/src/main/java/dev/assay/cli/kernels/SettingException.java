package dev.assay.cli.kernels;

/** A {@code --set} that the kernel does not take; the message names key, value and expectation. */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  SettingException(String message) {
    super(message);
  }
}
