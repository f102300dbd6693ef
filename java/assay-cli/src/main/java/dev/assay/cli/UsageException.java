package dev.assay.cli;

/** The command line itself is wrong, in a way that picocli cannot know. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the option, what was found and what was expected. */
  public UsageException(String message) {
    super(message);
  }
}
