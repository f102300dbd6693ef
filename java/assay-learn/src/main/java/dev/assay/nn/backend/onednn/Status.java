package dev.assay.nn.backend.onednn;

/** Turns the library's status codes into exceptions. */
final class Status {
  private static final int SUCCESS = 0;
  private static final int OUT_OF_MEMORY = 1;
  private static final int INVALID_ARGUMENTS = 2;
  private static final int UNIMPLEMENTED = 3;

  private Status() {}

  static void check(String what, int status) {
    switch (status) {
      case SUCCESS -> {}
      case OUT_OF_MEMORY -> throw new OutOfMemoryError("oneDNN: " + what + ": out of memory");
      case INVALID_ARGUMENTS ->
          throw new IllegalArgumentException("oneDNN: " + what + ": invalid arguments");
      case UNIMPLEMENTED ->
          throw new UnsupportedOperationException(
              "oneDNN: " + what + ": no implementation for this CPU, shape and type");
      default -> throw new IllegalStateException("oneDNN: " + what + ": status " + status);
    }
  }
}
