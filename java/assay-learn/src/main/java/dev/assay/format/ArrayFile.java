package dev.assay.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A file of named arrays, opened for reading: .npy, .npz or .safetensors. What the file claims is
 * checked against what it has before anything of that size is allocated. Confined to one thread at
 * a time; whoever opened it closes it.
 */
public abstract class ArrayFile implements AutoCloseable {
  /** The suffixes that {@link #open} knows. */
  public static final List<String> SUFFIXES = List.of(".npy", ".npz", ".safetensors");

  ArrayFile() {}

  /** Whether {@link #open} knows this file's suffix. */
  public static boolean isKnown(Path file) {
    return SUFFIXES.stream().anyMatch(lower(file)::endsWith);
  }

  /**
   * Opens a file by its suffix.
   *
   * @throws FormatException if the suffix is unknown or the file is not what it promises
   */
  public static ArrayFile open(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new FormatException(file + ": found no regular file, expected an array file");
    }
    String name = lower(file);
    if (name.endsWith(".npy")) {
      return NpyFile.open(file);
    }
    if (name.endsWith(".npz")) {
      return NpzReader.open(file);
    }
    if (name.endsWith(".safetensors")) {
      return Safetensors.open(file);
    }
    throw new FormatException(
        file + ": found an unknown suffix, expected one of " + String.join(", ", SUFFIXES));
  }

  private static String lower(Path file) {
    return file.toString().toLowerCase(Locale.ROOT);
  }

  /** The arrays' names, in the file's order. */
  public abstract List<String> names();

  /**
   * What an array is.
   *
   * @throws FormatException if there is none of that name, or it is ill-formed
   */
  public abstract ArrayInfo info(String name) throws IOException;

  /** An array's bytes, which the caller closes before this file. */
  abstract ArrayBytes bytes(String name) throws IOException;

  /**
   * Reads one array into memory, which the caller closes.
   *
   * @throws FormatException if there is none of that name, or it is ill-formed or damaged
   */
  public NdArray read(String name) throws IOException {
    ArrayInfo info = info(name);
    try (ArrayBytes bytes = bytes(name)) {
      return NdArrays.load(info, bytes);
    }
  }

  @Override
  public abstract void close() throws IOException;
}
