package dev.assay.nn;

/** Learning rate as a function of the step, counted from 0. Immutable and thread-safe. */
@FunctionalInterface
public interface LearningRate {
  /** The rate of step {@code step}. */
  double at(long step);

  /** The same rate always. */
  static LearningRate constant(double rate) {
    requirePositive("rate", rate);
    return step -> rate;
  }

  /** rate gamma^floor(step / every). */
  static LearningRate exponential(double rate, double gamma, long every) {
    requirePositive("rate", rate);
    requirePositive("gamma", gamma);
    requirePositive("every", (double) every);
    return step -> rate * Math.pow(gamma, (double) Math.floorDiv(step, every));
  }

  /** rate (1 - step / total)^power, 0 from {@code total} on (Chen et al. 2018, DeepLab). */
  static LearningRate polynomial(double rate, long total, double power) {
    requirePositive("rate", rate);
    requirePositive("total", (double) total);
    requirePositive("power", power);
    return step -> rate * Math.pow(Math.max(0, 1 - step / (double) total), power);
  }

  /** This schedule, times (step + 1) / steps during the first {@code steps} steps. */
  default LearningRate warmedUp(long steps) {
    return step -> step < steps ? at(step) * (step + 1) / steps : at(step);
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + "=" + value + " must be > 0");
    }
  }
}
