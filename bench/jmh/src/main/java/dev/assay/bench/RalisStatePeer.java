package dev.assay.bench;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.format.NpzWriter;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.agrona.UnsafeApi;

/**
 * Assay's side of the RALIS case of bench/peers: reads logits and labelled distributions, times the
 * step, writes both matrices. Arguments: IN.npz OUT.npz threads repeats.
 */
public final class RalisStatePeer {
  private RalisStatePeer() {}

  /** Ends stdout with one line of JSON. */
  public static void main(String[] args) throws Exception {
    try (NpzReader npz = NpzReader.open(Path.of(args[0]));
        NdArray candidates = npz.read("candidates");
        NdArray state = npz.read("state");
        NdArray labelled = npz.read("labelled");
        RalisStep step =
            new RalisStep(
                Integer.parseInt(args[2]),
                view(candidates),
                view(state),
                labelled.span(),
                labelled.shape(0))) {
      double median = medianMillis(step, Integer.parseInt(args[3]));
      try (NdArray stateRows = copy("state", step.stateRows(), 204);
          NdArray actionRows = copy("action", step.actionRows(), 268)) {
        NpzWriter.write(Path.of(args[1]), List.of(stateRows, actionRows));
      }
      System.out.printf(Locale.ROOT, "{\"median_ms\":%.4f}%n", median);
    }
  }

  /** One run to warm up, the median of the others. */
  private static double medianMillis(RalisStep step, int repeats) {
    step.run();
    long[] nanos = new long[repeats];
    for (int i = 0; i < repeats; i++) {
      long start = System.nanoTime();
      step.run();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return (nanos[(repeats - 1) / 2] + nanos[repeats / 2]) / 2e6;
  }

  private static TensorView view(NdArray logits) {
    return TensorView.nchw(
        logits.buffer().address(),
        DType.F32,
        logits.shape(0),
        logits.shape(1),
        logits.shape(2),
        logits.shape(3));
  }

  private static NdArray copy(String name, HostBuffer rows, int width) {
    NdArray array =
        NdArray.allocate(name, ElementType.F4, rows.bytes() / Float.BYTES / width, width);
    UnsafeApi.copyMemory(rows.address(), array.buffer().address(), rows.bytes());
    return array;
  }
}
