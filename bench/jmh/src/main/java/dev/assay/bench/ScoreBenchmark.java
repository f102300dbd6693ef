package dev.assay.bench;

import dev.assay.kernel.PixelMaps;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.Session;
import org.openjdk.jmh.annotations.Param;

/** One image's logits in memory, few and many classes, both layouts, easy and hard values. */
public abstract class ScoreBenchmark extends KernelBenchmark {
  /** Classes x height x width. */
  @Param({"19x1024x2048", "11x360x480", "2x1024x2048", "150x512x512"})
  public String shape;

  /** Layout of the logits. */
  @Param({"nchw", "nhwc"})
  public String layout;

  /** See {@link Scores.Values}. */
  @Param({"STREET", "NOISE"})
  public Scores.Values values;

  int classes;
  int height;
  int width;
  HostBuffer scores;
  TensorView logits;
  Session session;

  final long pixels() {
    return (long) height * width;
  }

  final void makeLogits() {
    int[] sides = Scores.shape(shape);
    classes = sides[0];
    height = sides[1];
    width = sides[2];
    boolean nchw = layout.equals("nchw");
    scores = keep(Scores.logits(classes, height, width, values, nchw));
    logits = Scores.view(scores, classes, height, width, nchw);
    session = keep(Engine.cpu(threads)).session();
  }

  /** All four maps; the entropy's memory is {@code entropy}. */
  final PixelMaps maps(HostBuffer entropy) {
    return new PixelMaps(Span.of(entropy), span(pixels()), span(4 * pixels()), span(4 * pixels()));
  }

  final void requireEntropies(HostBuffer entropy) {
    for (long i = 0; i < pixels(); i++) {
      float value = entropy.getFloat(i);
      require(value >= 0 && value <= Math.log(classes) + 1e-5, "entropy " + value + " at " + i);
    }
  }
}
