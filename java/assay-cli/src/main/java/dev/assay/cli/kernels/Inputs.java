package dev.assay.cli.kernels;

import dev.assay.format.ElementType;
import dev.assay.format.FormatException;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.DType;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads named arrays and checks type and rank; owner of what it read. */
public final class Inputs implements AutoCloseable {
  private final Path file;
  private final NpzReader npz;
  private final List<NdArray> arrays = new ArrayList<>();

  /** Opens the archive. */
  public Inputs(Path file) throws IOException {
    this.file = file;
    this.npz = NpzReader.open(file);
  }

  boolean has(String name) {
    return npz.has(name);
  }

  /** An array of one of {@code types}. */
  NdArray read(String name, ElementType... types) throws IOException {
    NdArray array = npz.read(name);
    arrays.add(array);
    if (!Arrays.asList(types).contains(array.type())) {
      throw wrong(array, "type " + String.join(" or ", names(types)));
    }
    return array;
  }

  /** Class scores [C,H,W] or [N,C,H,W] of a floating type. */
  NdArray scores(String name, boolean batches) throws IOException {
    NdArray array = read(name, ElementType.F2, ElementType.F4, ElementType.BF16);
    if (array.rank() != 3 && !(batches && array.rank() == 4)) {
      throw wrong(array, "shape [C, H, W]" + (batches ? " or [N, C, H, W]" : ""));
    }
    return array;
  }

  /** Class mixtures [N,C,C] with their presence [N,C]. */
  MixtureView mixtures(String mixtureName, String presentName) throws IOException {
    NdArray mixture = read(mixtureName, ElementType.F4);
    NdArray present = read(presentName, ElementType.B1, ElementType.U1);
    if (mixture.rank() != 3 || mixture.shape(1) != mixture.shape(2)) {
      throw wrong(mixture, "shape [N, C, C]");
    }
    if (present.rank() != 2
        || present.shape(0) != mixture.shape(0)
        || present.shape(1) != mixture.shape(1)) {
      throw wrong(present, "shape [N, C] of " + mixture.describe());
    }
    return new MixtureView(
        mixture.span(), present.span(), mixture.shape(0), Math.toIntExact(mixture.shape(1)));
  }

  FormatException wrong(NdArray array, String expected) {
    return new FormatException(
        file + "[" + array.name() + "]: found " + array.describe() + ", expected " + expected);
  }

  private static List<String> names(ElementType... types) {
    return Arrays.stream(types).map(ElementType::descr).toList();
  }

  /** Scores as the kernels see them. */
  static TensorView view(NdArray scores) {
    int at = scores.rank() - 3;
    DType type =
        switch (scores.type()) {
          case F2 -> DType.F16;
          case BF16 -> DType.BF16;
          case F4 -> DType.F32;
          default -> throw new IllegalStateException(scores + " was checked on reading");
        };
    return TensorView.nchw(
        scores.buffer().address(),
        type,
        at == 0 ? 1 : scores.shape(0),
        scores.shape(at),
        scores.shape(at + 1),
        scores.shape(at + 2));
  }

  @Override
  public void close() {
    arrays.forEach(NdArray::close);
    try {
      npz.close();
    } catch (IOException e) {
      throw new IllegalStateException(file + ": cannot be closed (" + e.getMessage() + ")", e);
    }
  }
}
