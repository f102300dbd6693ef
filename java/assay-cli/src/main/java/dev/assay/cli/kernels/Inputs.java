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

/**
 * Named arrays, from a file or from memory, with checks of type and rank; owner of what it hands
 * out.
 */
public final class Inputs implements AutoCloseable {
  private final String source;
  private final NpzReader npz;
  private final List<NdArray> arrays = new ArrayList<>();

  /** Opens the archive; its arrays are read when they are asked for. */
  public Inputs(Path file) throws IOException {
    this.source = file.toString();
    this.npz = NpzReader.open(file);
  }

  /** Takes over arrays that are in memory; {@code source} names them in messages. */
  public Inputs(String source, List<NdArray> arrays) {
    this.source = source;
    this.npz = null;
    this.arrays.addAll(arrays);
  }

  boolean has(String name) {
    return npz == null ? held(name) != null : npz.has(name);
  }

  private NdArray held(String name) {
    return arrays.stream().filter(a -> a.name().equals(name)).findFirst().orElse(null);
  }

  private NdArray take(String name) throws IOException {
    if (npz != null) {
      NdArray array = npz.read(name);
      arrays.add(array);
      return array;
    }
    NdArray array = held(name);
    if (array == null) {
      throw new FormatException(source + ": found " + arrays + ", expected an array " + name);
    }
    return array;
  }

  /** An array of one of {@code types}. */
  NdArray read(String name, ElementType... types) throws IOException {
    NdArray array = take(name);
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
        source + "[" + array.name() + "]: found " + array.describe() + ", expected " + expected);
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
      if (npz != null) {
        npz.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(source + ": cannot be closed (" + e.getMessage() + ")", e);
    }
  }
}
