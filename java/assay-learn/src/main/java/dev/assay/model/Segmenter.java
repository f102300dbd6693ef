package dev.assay.model;

import dev.assay.data.Batch;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What the learning loop needs of a segmentation network. One instance is confined to one thread;
 * it owns its weights, optimiser state and activations until closed.
 */
public interface Segmenter extends AutoCloseable {
  /** Number of classes predicted. */
  int classes();

  /**
   * One optimiser step on the batch.
   *
   * @param learningRate the step's learning rate
   * @return mean cross entropy over the labelled pixels (0 when there are none; the weights then do
   *     not change)
   */
  double trainStep(Batch batch, double learningRate);

  /**
   * Forward pass in inference mode (dropout off, running statistics).
   *
   * @return fp32 logits [n, classes, height, width] at the images' full resolution, on the
   *     segmenter's device; valid until the next call on this segmenter
   */
  TensorView logits(Batch batch);

  /**
   * Stochastic forward passes: running statistics, dropout on (Gal and Ghahramani 2016). Pass t
   * draws the same masks whenever the network holds the same weights; what does not depend on them
   * is computed once.
   *
   * @param each takes the logits of one pass after the other, as {@link #logits} gives them, valid
   *     until it returns
   */
  void stochasticLogits(Batch batch, int passes, Consumer<TensorView> each);

  /**
   * Goes back to freshly initialised weights drawn from {@code seed}, with empty optimiser state.
   */
  void initialise(long seed);

  /**
   * Writes weights, running statistics, optimiser state and step counters, atomically, so that
   * {@link #load} continues bit-exactly.
   */
  void save(Path file) throws IOException;

  /**
   * Restores what {@link #save} wrote; throws with file, value found and value expected when it
   * does not fit this network.
   */
  void load(Path file) throws IOException;

  /**
   * Loads backbone weights with torchvision's names from a safetensors file; the rest of the
   * network keeps its values.
   */
  void loadBackbone(Path safetensors) throws IOException;

  @Override
  void close();
}
