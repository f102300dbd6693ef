package dev.assay.bench;

import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * How long does the whole RALIS state take, 480 candidates and 240 state regions against 480
 * labelled ones, from logits in memory to both matrices? Bytes: 228 MB of logits read.
 */
public class RalisStateBench extends KernelBenchmark {
  private static final int LABELLED = 480;

  private RalisStep step;

  @Override
  void prepare() {
    TensorView candidates = images(RalisStep.CANDIDATE_IMAGES);
    TensorView others = images(RalisStep.STATE_IMAGES);
    step = keep(new RalisStep(threads, candidates, others, labelled(), LABELLED));
    step.run();
    requireCounts(step.stateRows(), 204);
    requireCounts(step.actionRows(), 268);
    requireHistograms(step.actionRows());
  }

  private TensorView images(int count) {
    int c = RalisStep.CLASSES;
    int h = RalisStep.HEIGHT;
    int w = RalisStep.WIDTH;
    // The planes of all images, one after the other.
    HostBuffer logits = keep(Scores.logits(c * count, h, w, Scores.Values.NOISE, true));
    return TensorView.nchw(logits.address(), DType.F32, count, c, h, w);
  }

  private Span labelled() {
    int k = RalisStep.CLASSES + 1;
    HostBuffer rows = buffer(8L * LABELLED * k);
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < LABELLED * k; i++) {
      UnsafeApi.putDouble(rows.address() + 8L * i, random.nextInt(2) == 0 ? 1e-7 : 0.2);
    }
    return Span.of(rows);
  }

  /** A region's counts sum to its pixels. */
  private static void requireCounts(HostBuffer rows, int width) {
    for (long row = 0; row < rows.bytes() / Float.BYTES / width; row++) {
      double sum = 0;
      for (int c = 0; c <= RalisStep.CLASSES; c++) {
        sum += rows.getFloat(row * width + c);
      }
      require(Math.abs(sum - 80 * 90) < 1e-3, sum + " pixels in row " + row);
    }
  }

  /** Both histograms of an action sum to one. */
  private static void requireHistograms(HostBuffer rows) {
    for (long row = 0; row < rows.bytes() / Float.BYTES / 268; row++) {
      double sum = 0;
      for (int b = 204; b < 268; b++) {
        sum += rows.getFloat(row * 268 + b);
      }
      require(Math.abs(sum - 2) < 1e-4, sum + " in the histograms of row " + row);
    }
  }

  /** The whole step. */
  @Benchmark
  public void wholeState() {
    step.run();
  }
}
