package dev.assay.cli.kernels;

import dev.assay.device.Exec;
import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.kernel.Confusion;
import dev.assay.kernel.ConfusionMatrix;
import dev.assay.memory.Span;
import dev.assay.score.Engine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code confusion}: two label maps to the confusion matrix, IoU and mIoU. */
final class ConfusionJob implements Job {
  private final JobMemory memory;
  private final Exec exec;
  private final long pixels;
  private final Span truth;
  private final Span prediction;
  private final Confusion kernel;
  private final int ignore;
  private final List<NdArray> results = new ArrayList<>();
  private ConfusionMatrix matrix;

  private ConfusionJob(
      Engine engine, NdArray truth, NdArray prediction, Confusion kernel, int ignore) {
    this.memory = new JobMemory(engine);
    this.exec = engine.exec();
    this.pixels = truth.count();
    this.truth = memory.in(truth.span());
    this.prediction = memory.in(prediction.span());
    this.kernel = kernel;
    this.ignore = ignore;
  }

  static Job prepare(Engine engine, Inputs inputs, Settings settings) throws IOException {
    settings.allow("confusion", "classes", "ignore");
    int classes = settings.integer("classes");
    int ignore = settings.integer("ignore", -1);
    NdArray truth = inputs.read("truth", ElementType.U1);
    NdArray prediction = inputs.read("prediction", ElementType.U1);
    if (!Arrays.equals(truth.shape(), prediction.shape())) {
      throw inputs.wrong(prediction, "the shape of truth, " + truth.describe());
    }
    return new ConfusionJob(engine, truth, prediction, new Confusion(classes), ignore);
  }

  @Override
  public void run() {
    matrix = kernel.run(exec, truth, prediction, pixels, ignore);
  }

  @Override
  public long bytes() {
    return 2 * pixels;
  }

  @Override
  public List<NdArray> outputs() {
    if (results.isEmpty()) {
      int c = matrix.classes();
      results.add(NdArray.longs("confusion", matrix.counts(), c, c));
      results.add(NdArray.doubles("iou", matrix.iou(), c));
      results.add(NdArray.doubles("miou", new double[] {matrix.miou()}));
    }
    return results;
  }

  @Override
  public void close() {
    kernel.close();
    memory.close();
    results.forEach(NdArray::close);
  }
}
