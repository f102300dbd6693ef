package dev.assay.cli;

/** The command line itself is wrong, in a way that picocli cannot know. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
