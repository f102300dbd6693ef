package dev.assay.kernel;

import java.nio.file.Path;

/**
 * Numbers that other people's shared libraries say of themselves, such as their versions. The file
 * is loaded for the life of the process; one that cannot be is an {@link
 * UnsupportedOperationException} with the linker's reason, never a crash. Thread-safe.
 */
public final class SharedLibrary {
  private static final int VALUE = 0;
  private static final int STATUS = 1;
  private static final int OUTPUT = 2;
  private static final int PROPERTY = 3;

  private SharedLibrary() {}

  /** What {@code size_t function(void)} returns. */
  public static long value(Path file, String function) {
    return ask(file, function, VALUE, 0);
  }

  /** What {@code int function(void)} returns. */
  public static long status(Path file, String function) {
    return ask(file, function, STATUS, 0);
  }

  /** What {@code int function(int*)} writes. */
  public static long output(Path file, String function) {
    return ask(file, function, OUTPUT, 0);
  }

  /** What {@code int function(int property, int*)} writes. */
  public static long property(Path file, String function, int property) {
    return ask(file, function, PROPERTY, property);
  }

  private static long ask(Path file, String function, int form, int argument) {
    long[] answer = new long[1];
    Status.check(AssayLibrary.assay_library_ask(file.toString(), function, form, argument, answer));
    return answer[0];
  }
}
