package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.cli.Main;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.format.NpzWriter;
import dev.assay.memory.DType;
import dev.assay.memory.TensorView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Assumptions;

/**
 * The folder of golden vectors, {@code -Dassay.golden=DIR} or tests/golden, and a way to run {@code
 * assay kernel} on arrays. A file that is not there is reported as missing, never as passed.
 */
final class Golden implements AutoCloseable {
  private static final Path FOLDER = folder();

  private final List<NdArray> arrays = new ArrayList<>();

  private static Path folder() {
    String named = System.getProperty("assay.golden", "");
    return named.isEmpty()
        ? Path.of(System.getProperty("assay.root"), "tests", "golden")
        : Path.of(named);
  }

  /** Ends the test as missing when a file is not there. */
  static Path file(String name) {
    Path file = FOLDER.resolve(name + ".npz");
    if (!Files.exists(file)) {
      System.out.println("SKIPPED: missing golden file " + file);
      Assumptions.abort("missing: " + file);
    }
    note(name);
    return file;
  }

  /** Notes that a file was read, in the file {@code -Dassay.golden.read=FILE}. */
  private static void note(String name) {
    String read = System.getProperty("assay.golden.read", "");
    if (read.isEmpty()) {
      return;
    }
    try {
      Files.writeString(
          Path.of(read), name + ".npz\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One array, closed with this object. */
  NdArray array(String file, String name) throws IOException {
    try (NpzReader npz = NpzReader.open(file(file))) {
      return keep(npz.read(name));
    }
  }

  NdArray keep(NdArray array) {
    arrays.add(array);
    return array;
  }

  /** The two halves of a full image's logits put together, f2 [11, 360, 480]. */
  NdArray fullLogits(String image) throws IOException {
    NdArray top = array("00_input_" + image + "_top", "logits");
    NdArray bottom = array("00_input_" + image + "_bot", "logits");
    NdArray full =
        keep(
            NdArray.allocate(
                "logits",
                ElementType.F2,
                top.shape(0),
                top.shape(1) + bottom.shape(1),
                top.shape(2)));
    long topBytes = 2 * top.shape(1) * top.shape(2);
    long bottomBytes = 2 * bottom.shape(1) * bottom.shape(2);
    long to = full.buffer().address();
    for (long c = 0; c < top.shape(0); c++) {
      UnsafeApi.copyMemory(top.buffer().address() + c * topBytes, to, topBytes);
      to += topBytes;
      UnsafeApi.copyMemory(bottom.buffer().address() + c * bottomBytes, to, bottomBytes);
      to += bottomBytes;
    }
    return full;
  }

  /** A copy under the name that the command looks for. */
  static NdArray renamed(NdArray array, String name) {
    NdArray copy = NdArray.allocate(name, array.type(), array.shape());
    UnsafeApi.copyMemory(array.buffer().address(), copy.buffer().address(), array.buffer().bytes());
    return copy;
  }

  static TensorView view(NdArray logits) {
    DType type = logits.type() == ElementType.F2 ? DType.F16 : DType.F32;
    return TensorView.nchw(
        logits.buffer().address(), type, 1, logits.shape(0), logits.shape(1), logits.shape(2));
  }

  /** What {@code assay} said and how it ended. */
  record Call(int exitCode, String out, String err) {}

  static Call assay(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        Main.run(
            args,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Call(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** File in, file out. */
  static NpzReader kernel(Path directory, String kernel, List<NdArray> inputs, String... settings)
      throws IOException {
    Path in = directory.resolve("in.npz");
    NpzWriter.write(in, inputs);
    return kernel(directory, kernel, in, settings);
  }

  static NpzReader kernel(Path directory, String kernel, Path in, String... settings)
      throws IOException {
    Path out = directory.resolve("out.npz");
    List<String> args =
        new ArrayList<>(
            List.of(
                "kernel",
                kernel,
                "--in",
                in.toString(),
                "--out",
                out.toString(),
                "--backend",
                "cpu"));
    Arrays.stream(settings).forEach(s -> args.addAll(List.of("--set", s)));
    Call call = assay(args.toArray(String[]::new));
    assertEquals(0, call.exitCode(), call.err());
    return NpzReader.open(out);
  }

  /** Every element of {@code found} is within {@code tolerance} of {@code expected}, and finite. */
  static void near(NdArray expected, NdArray found, double tolerance) {
    assertEquals(expected.count(), found.count(), expected + " against " + found);
    for (long i = 0; i < expected.count(); i++) {
      near(expected.getDouble(i), found.getDouble(i), tolerance, expected.name() + "[" + i + "]");
    }
  }

  static void near(double expected, double found, double tolerance, String what) {
    assertTrue(
        Math.abs(expected - found) <= tolerance || (Double.isNaN(expected) && Double.isNaN(found)),
        () -> what + ": expected " + expected + ", found " + found);
  }

  @Override
  public void close() {
    arrays.forEach(NdArray::close);
  }
}
