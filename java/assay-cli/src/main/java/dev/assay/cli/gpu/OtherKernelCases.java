package dev.assay.cli.gpu;

import dev.assay.device.Exec;
import dev.assay.kernel.AdamStep;
import dev.assay.kernel.ChannelCopy;
import dev.assay.kernel.CrossEntropy;
import dev.assay.kernel.DropoutMask;
import dev.assay.kernel.ElementFunction;
import dev.assay.kernel.Elementwise;
import dev.assay.kernel.FoldNormalisation;
import dev.assay.kernel.Resize;
import dev.assay.kernel.ResizeRule;
import dev.assay.kernel.SgdStep;
import dev.assay.kernel.SquaredDistances;
import dev.assay.kernel.SquaredNorm;
import dev.assay.memory.DType;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One row a kernel and kind of input; sizes are odd, so that vectors have tails. */
final class OtherKernelCases {
  private static final List<DType> TYPES = List.of(DType.F32, DType.BF16);
  private static final int COUNT = 4099;

  /** Makes its arrays and calls the kernel, which need not have run when this returns. */
  @FunctionalInterface
  interface Work {
    void run(Exec exec, KernelArrays arrays);
  }

  /**
   * One case.
   *
   * @param kernel as the kernel list calls it
   * @param what tells it from the kernel's others
   */
  record Case(String kernel, String what, Work work) {
    String name() {
      return what.isEmpty() ? kernel : kernel + " " + what;
    }
  }

  private final List<Case> cases = new ArrayList<>();

  private OtherKernelCases() {}

  static List<Case> all() {
    OtherKernelCases table = new OtherKernelCases();
    table.distances();
    table.training();
    table.elements();
    table.layers();
    return table.cases;
  }

  private void add(String kernel, String what, Work work) {
    cases.add(new Case(kernel, what, work));
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void distances() {
    for (int columns : new int[] {64, 67}) {
      add(
          "squared_distances",
          "37x29 of " + columns,
          (exec, arrays) -> {
            MatrixView a = matrix(exec, arrays.floats("a", 37 * columns), 37, columns);
            MatrixView b = matrix(exec, arrays.floats("b", 29 * columns), 29, columns);
            long bytes = 37 * 29 * 4;
            long out = arrays.room("distance", bytes);
            try (SquaredDistances kernel = new SquaredDistances()) {
              kernel.run(exec, a, b, Span.raw(exec.device(), out, bytes));
            }
          });
    }
  }

  private static MatrixView matrix(Exec exec, long address, int rows, int columns) {
    Span span = Span.raw(exec.device(), address, 4L * rows * columns);
    return new MatrixView(span, rows, columns, columns);
  }

  private void training() {
    for (boolean weighted : new boolean[] {false, true}) {
      add("cross_entropy", weighted ? "weighted" : "", (x, a) -> crossEntropy(x, a, weighted));
    }
    add(
        "sgd_step",
        "",
        (exec, arrays) -> {
          long p = arrays.floats("parameters", COUNT);
          long g = arrays.floats("gradients", COUNT);
          long v = arrays.floats("velocity", COUNT);
          try (SgdStep kernel = new SgdStep()) {
            kernel.run(exec, p, g, v, COUNT, 0.1, 0.9, 1e-4, 0.5);
          }
        });
    add(
        "adam_step",
        "",
        (exec, arrays) -> {
          long p = arrays.floats("parameters", COUNT);
          long g = arrays.floats("gradients", COUNT);
          long m = arrays.floats("first moment", COUNT);
          long v = arrays.positive("second moment", COUNT);
          try (AdamStep kernel = new AdamStep()) {
            kernel.run(exec, p, g, m, v, COUNT, 3, 1e-3, 0.9, 0.999, 1e-8, 1e-4, 0.5);
          }
        });
    add(
        "squared_norm",
        "",
        (exec, arrays) -> {
          long values = arrays.floats("values", 25 * COUNT);
          long out = arrays.room("norm", 8);
          try (SquaredNorm kernel = new SquaredNorm()) {
            kernel.enqueue(exec, values, 25L * COUNT, out);
          }
        });
  }

  private static void crossEntropy(Exec exec, KernelArrays arrays, boolean weighted) {
    int classes = 19;
    int pixels = 2 * 13 * 17;
    long logits = arrays.floats("logits", pixels * classes);
    long labels = arrays.labels("labels", pixels, classes);
    long weights = weighted ? arrays.positive("weights", classes) : 0;
    long gradient = arrays.room("gradient", 4L * pixels * classes);
    long scalars = arrays.sums("loss, weight, out of range", 3);
    TensorView view =
        TensorView.nhwc(logits, DType.F32, 2, classes, 13, 17).on(exec.device(), logits);
    try (CrossEntropy kernel = new CrossEntropy()) {
      kernel.enqueue(exec, view, labels, weights, 255, gradient, scalars);
    }
  }

  private static long values(KernelArrays arrays, String name, DType type, int count) {
    return type == DType.F32 ? arrays.floats(name, count) : arrays.halves(name, count);
  }

  private void elements() {
    for (DType type : TYPES) {
      for (ElementFunction function : ElementFunction.values()) {
        if (function != ElementFunction.CAST) {
          elementwise(function, type, type);
        }
      }
      DType other = type == DType.F32 ? DType.BF16 : DType.F32;
      elementwise(ElementFunction.CAST, type, other);
    }
  }

  private void elementwise(ElementFunction function, DType type, DType result) {
    add(
        "elementwise",
        name(function) + " " + name(type),
        (exec, arrays) -> {
          long a = values(arrays, "a", type, COUNT);
          long b = values(arrays, "b", type, COUNT);
          long out = arrays.room("out", (long) COUNT * result.bytes());
          try (Elementwise kernel = new Elementwise()) {
            kernel.run(exec, function, type, result, COUNT, a, b, out, 1.25);
          }
        });
  }

  private void layers() {
    for (DType type : TYPES) {
      add("channel_copy", name(type), (exec, arrays) -> channels(exec, arrays, type));
      add("dropout_mask", name(type), (exec, arrays) -> mask(exec, arrays, type));
      for (ResizeRule rule : ResizeRule.values()) {
        String what = name(rule) + " " + name(type);
        add("resize", what, (exec, arrays) -> resize(exec, arrays, rule, type, false));
        add("resize", what + " back", (exec, arrays) -> resize(exec, arrays, rule, type, true));
      }
    }
    for (boolean bias : new boolean[] {false, true}) {
      add("fold_normalisation", bias ? "bias" : "", (exec, arrays) -> fold(exec, arrays, bias));
    }
  }

  private static void channels(Exec exec, KernelArrays arrays, DType type) {
    long from = values(arrays, "from", type, 77 * 24);
    long to = values(arrays, "to", type, 77 * 37);
    try (ChannelCopy kernel = new ChannelCopy()) {
      kernel.run(exec, type, 77, 17, from, 24, 3, to, 37, 5);
    }
  }

  private static void mask(Exec exec, KernelArrays arrays, DType type) {
    long out = arrays.room("mask", (long) COUNT * type.bytes());
    try (DropoutMask kernel = new DropoutMask()) {
      kernel.run(exec, type, COUNT, 16384, 99, out);
    }
  }

  private static void resize(
      Exec exec, KernelArrays arrays, ResizeRule rule, DType type, boolean back) {
    Resize.Extents extents = new Resize.Extents(2, 16, 9, 11, 17, 23);
    int small = 2 * 16 * 9 * 11;
    int large = 2 * 16 * 17 * 23;
    long from = values(arrays, "from", type, back ? large : small);
    long to = arrays.room("to", (long) (back ? small : large) * type.bytes());
    try (Resize kernel = new Resize()) {
      if (back) {
        kernel.backward(exec, rule, type, extents, from, to);
      } else {
        kernel.forward(exec, rule, type, extents, from, to);
      }
    }
  }

  private static void fold(Exec exec, KernelArrays arrays, boolean withBias) {
    int outputs = 37;
    int perOutput = 45;
    long weights = arrays.floats("weights", outputs * perOutput);
    long bias = withBias ? arrays.floats("bias", outputs) : 0;
    FoldNormalisation.Statistics statistics =
        new FoldNormalisation.Statistics(
            arrays.floats("scale", outputs),
            arrays.floats("shift", outputs),
            arrays.floats("mean", outputs),
            arrays.positive("variance", outputs),
            1e-5);
    long foldedWeights = arrays.room("folded weights", 4L * outputs * perOutput);
    long foldedBias = arrays.room("folded bias", 4L * outputs);
    try (FoldNormalisation kernel = new FoldNormalisation()) {
      kernel.run(exec, outputs, perOutput, weights, bias, statistics, foldedWeights, foldedBias);
    }
  }
}
