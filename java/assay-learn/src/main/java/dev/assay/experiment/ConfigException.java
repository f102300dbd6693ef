package dev.assay.experiment;

/**
 * A configuration that cannot be used; the message names the key, the value and the expectation.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ConfigException(String message) {
    super(message);
  }
}
