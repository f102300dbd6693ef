package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.memory.TensorView;
import dev.assay.model.Segmenter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Counts what a segmenter is asked to do. */
final class CountingSegmenter implements Segmenter {
  private final Segmenter inner;
  long trainingSteps;
  long forwardPasses;
  long stochasticCalls;

  CountingSegmenter(Segmenter inner) {
    this.inner = inner;
  }

  @Override
  public int classes() {
    return inner.classes();
  }

  @Override
  public double trainStep(Batch batch, double learningRate) {
    trainingSteps++;
    return inner.trainStep(batch, learningRate);
  }

  @Override
  public TensorView logits(Batch batch) {
    forwardPasses++;
    return inner.logits(batch);
  }

  @Override
  public void stochasticLogits(Batch batch, int passes, Consumer<TensorView> each) {
    stochasticCalls++;
    inner.stochasticLogits(batch, passes, each);
  }

  @Override
  public void initialise(long seed) {
    inner.initialise(seed);
  }

  @Override
  public void save(Path file) throws IOException {
    inner.save(file);
  }

  @Override
  public void load(Path file) throws IOException {
    inner.load(file);
  }

  @Override
  public void loadBackbone(Path safetensors) throws IOException {
    inner.loadBackbone(safetensors);
  }

  @Override
  public void close() {
    inner.close();
  }
}
