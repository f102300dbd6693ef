package dev.assay.nn;

import dev.assay.device.Exec;
import dev.assay.kernel.SquaredNorm;

/** Scales gradients so that their Euclidean norm over all parameters is at most a bound. */
final class GradientClip implements AutoCloseable {
  /** torch.nn.utils.clip_grad_norm_ divides by the norm plus this. */
  private static final double EPSILON = 1e-6;

  private final SquaredNorm kernel = new SquaredNorm();
  private final Exec exec;
  private final double bound;

  /**
   * A bound on the norm; 0 means none.
   *
   * @throws IllegalArgumentException if it is negative
   */
  GradientClip(Exec exec, double bound) {
    if (!(bound >= 0)) {
      throw new IllegalArgumentException("gradient clip=" + bound + " must be >= 0");
    }
    this.exec = exec;
    this.bound = bound;
  }

  /** min(1, bound / norm). */
  double scale(ParameterStore store) {
    if (bound == 0) {
      return 1;
    }
    double norm = Math.sqrt(kernel.run(exec, store.gradients().address(), store.trainableCount()));
    return Math.min(1, bound / (norm + EPSILON));
  }

  @Override
  public void close() {
    kernel.close();
  }
}
