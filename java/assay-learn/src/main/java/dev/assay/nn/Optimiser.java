package dev.assay.nn;

import dev.assay.memory.HostBuffer;
import java.util.Map;

/** Changes all trainable parameters from their gradients. Owner of its state. */
public interface Optimiser extends AutoCloseable {
  /** One step at the given learning rate; afterwards graphs see the new values. */
  void step(double learningRate);

  /** Forgets everything, as before the first step. */
  void reset();

  /** State to be saved beside the parameters and laid out like them, by name. */
  Map<String, HostBuffer> state();

  /** Steps made so far. */
  long steps();

  /** Continues after {@code steps} steps, once the state has been restored. */
  void resumeAt(long steps);

  @Override
  void close();
}
