package dev.assay.score;

/**
 * Closes several things whatever becomes of each, then throws the first failure with the others.
 */
final class Closing {
  private RuntimeException failure;

  void close(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      if (failure != null) {
        failure.addSuppressed(e);
      } else {
        failure = e instanceof RuntimeException r ? r : new IllegalStateException(e);
      }
    }
  }

  void finish() {
    if (failure != null) {
      throw failure;
    }
  }
}
