package dev.assay.nn;

import dev.assay.memory.Owner;
import java.util.Map;

/** Changes all trainable parameters from their gradients. Owner of its state. */
public interface Optimiser extends AutoCloseable {
  /** One step at the given learning rate; afterwards graphs see the new values. */
  void step(double learningRate);

  /** Forgets everything, as before the first step. */
  void reset();

  /** State to be saved beside the parameters, laid out like them in the same memory, by name. */
  Map<String, Owner> state();

  /** Steps made so far. */
  long steps();

  /** Continues after {@code steps} steps, once the state has been restored. */
  void resumeAt(long steps);

  @Override
  void close();
}
