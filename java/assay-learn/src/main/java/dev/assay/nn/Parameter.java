package dev.assay.nn;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Tensor;
import java.util.Arrays;

/**
 * A named fp32 array of a {@link ParameterStore} in torch's layout: weights [out, in, kh, kw],
 * vectors [c]. Trainable ones have a gradient of the same shape.
 */
public final class Parameter {
  private final String name;
  private final int[] dims;
  private final Initialiser initialiser;
  private final boolean trainable;
  private final long offset;
  private final Tensor value;
  private final Tensor gradient;

  Parameter(String name, int[] dims, Initialiser initialiser, boolean trainable, long offset) {
    this.name = name;
    this.dims = dims.clone();
    this.initialiser = initialiser;
    this.trainable = trainable;
    this.offset = offset;
    this.value = Tensor.vector(name, count(dims), ElementType.F32);
    this.gradient = trainable ? Tensor.vector("d " + name, count(dims), ElementType.F32) : null;
  }

  private static long count(int[] dims) {
    long count = 1;
    for (int d : dims) {
      count = Math.multiplyExact(count, (long) d);
    }
    return count;
  }

  /** Stable dotted name. */
  public String name() {
    return name;
  }

  /** Extents, outermost first. */
  public int[] dims() {
    return dims.clone();
  }

  boolean hasDims(int[] other) {
    return Arrays.equals(dims, other);
  }

  /** Number of values. */
  public long count() {
    return value.shape().elements();
  }

  /** Whether the optimiser changes it; running statistics are not trainable. */
  public boolean trainable() {
    return trainable;
  }

  /** First value's index in the store's buffer of its kind. */
  long offset() {
    return offset;
  }

  Initialiser initialiser() {
    return initialiser;
  }

  /** The values, as operations read them. */
  public Tensor value() {
    return value;
  }

  /** The gradient, as backward operations write it; null if not trainable. */
  public Tensor gradient() {
    return gradient;
  }
}
