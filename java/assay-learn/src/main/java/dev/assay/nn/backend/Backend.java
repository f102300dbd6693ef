package dev.assay.nn.backend;

import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * A compute library as the layers see it: a maker of {@link Operation}s over NHWC tensors.
 * Parameters, their gradients and statistics are fp32 in their plain layout; activations and their
 * gradients are F32 or BF16 and agree within one operation unless stated. Outputs never overlap
 * inputs. Confined to one thread; closed after all its operations.
 *
 * <p>Every implementation passes the layer contract tests.
 */
public interface Backend extends AutoCloseable {
  /** Short name, for example {@code onednn}. */
  String name();

  /** The library's own version, for example {@code 3.11.0}. */
  String version();

  /**
   * How groups of steps that can be one are computed, in the operations made so far: for each kind
   * a line for people. Empty where the back end has no choice.
   */
  default Map<String, String> fusions() {
    return Map.of();
  }

  /** Where the tensors of this back end lie. */
  Memory memory();

  /**
   * Checks that networks can compute in {@code type} here.
   *
   * @throws UnsupportedOperationException saying what the device lacks
   */
  void requireComputable(ElementType type);

  /** A forward operation and what it keeps for its backward operation (null if nothing). */
  record Forward(Operation operation, Tensor workspace) {}

  /**
   * What follows a convolution in the same pass over its output: y = relu?(convolution + addend?).
   *
   * @param addend tensor of the output's shape, or null
   * @param relu whether negative values become 0
   */
  record Epilogue(Tensor addend, boolean relu) {
    /** Nothing. */
    public static final Epilogue NONE = new Epilogue(null, false);
  }

  /** y = x * w + bias, then the epilogue. {@code bias} may be null. */
  Operation convolution(
      ConvolutionSpec spec, Tensor x, Tensor w, Tensor bias, Tensor y, Epilogue epilogue);

  /** dx = the transposed convolution of dy with w. */
  Operation convolutionBackwardData(ConvolutionSpec spec, Tensor dy, Tensor w, Tensor dx);

  /** dw = the correlation of x with dy; db = the sum of dy over n, h, w; {@code db} may be null. */
  Operation convolutionBackwardWeights(
      ConvolutionSpec spec, Tensor x, Tensor dy, Tensor dw, Tensor db);

  /**
   * y = relu?(scale (x - mean) / sqrt(variance + epsilon) + shift + addend?) with the batch's own
   * mean and biased variance, which go to {@code mean} and, in a form of the back end's own, {@code
   * variance}; updates the running statistics.
   *
   * @param addend tensor of y's shape, or null
   */
  Forward batchNormTraining(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor addend,
      Tensor y,
      boolean relu);

  /**
   * Gradients of {@link #batchNormTraining}. Without ReLU the addend's gradient is dy itself.
   *
   * @param workspace what the forward operation kept
   * @param dAddend with an addend and ReLU takes dy where y > 0, else 0; otherwise null
   */
  Operation batchNormBackward(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift,
      boolean relu);

  /** y = relu?(scale (x - runningMean) / sqrt(runningVariance + epsilon) + shift). */
  Operation batchNormInference(Normalisation norm, Tensor x, Tensor y, boolean relu);

  /**
   * foldedW[o] = w[o] s[o], foldedB[o] = shift[o] + (bias[o] - runningMean[o]) s[o] with s = scale
   * / sqrt(runningVariance + epsilon), recomputed when parameters have changed.
   *
   * @param bias fp32 [o], or null for zeros
   */
  Operation foldNormalisation(
      Normalisation norm, Tensor w, Tensor bias, Tensor foldedW, Tensor foldedB);

  /** y = max(x, 0). */
  Operation relu(Tensor x, Tensor y);

  /** dx = dy where y > 0, else 0. */
  Operation reluBackward(Tensor y, Tensor dy, Tensor dx);

  /** y = 1 / (1 + exp(-x)). */
  Operation sigmoid(Tensor x, Tensor y);

  /** dx = dy y (1 - y). */
  Operation sigmoidBackward(Tensor y, Tensor dy, Tensor dx);

  /**
   * Long short-term memory over the steps of each sequence, fp32 only: x [n, 1, steps, features], y
   * [n, 1, steps, hidden directions]. With h and c zero before the first step, every direction has
   *
   * <pre>
   * (i, f, g, o) = weight_ih x[t] + bias_ih + weight_hh h[t'] + bias_hh
   * c[t] = sigmoid(f) c[t'] + sigmoid(i) tanh(g)
   * h[t] = sigmoid(o) tanh(c[t])
   * </pre>
   *
   * where t' = t - 1 in the first direction, whose h are y's first channels, and t' = t + 1 in the
   * second, whose h are the others.
   *
   * @param training whether {@link #lstmBackward} follows; without it there is no workspace
   */
  Forward lstm(LstmSpec spec, Tensor x, LstmWeights w, Tensor y, boolean training);

  /**
   * Gradients of {@link #lstm} through all steps, with its workspace. Both biases of a gate have
   * the same gradient; each is written.
   */
  Operation lstmBackward(
      LstmSpec spec,
      Tensor x,
      LstmWeights w,
      Tensor y,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      LstmWeights dw);

  /** y = relu?(a + b). */
  Operation add(Tensor a, Tensor b, Tensor y, boolean relu);

  /** y = factor * a * b. */
  Operation multiply(Tensor a, Tensor b, Tensor y, float factor);

  /** Pooling over windows. */
  Forward pooling(PoolingSpec spec, Tensor x, Tensor y);

  /** Gradient of {@link #pooling} of x to y, with its workspace. */
  Operation poolingBackward(
      PoolingSpec spec, Tensor x, Tensor y, Tensor workspace, Tensor dy, Tensor dx);

  /** y = x resized to y's extents. */
  Operation resize(Interpolation rule, Tensor x, Tensor y);

  /** dx = the transpose of {@link #resize} applied to dy. */
  Operation resizeBackward(Interpolation rule, Tensor dy, Tensor dx);

  /** Copies x into the channels [channel, channel + x.c) of y. */
  Operation copyIntoChannels(Tensor x, Tensor y, int channel);

  /** Copies the channels [channel, channel + y.c) of x into y. */
  Operation copyFromChannels(Tensor x, int channel, Tensor y);

  /** y = x's elements in the same order; only the shapes differ. */
  Operation reshape(Tensor x, Tensor y);

  /** y = x in y's element type, to nearest even. */
  Operation cast(Tensor x, Tensor y);

  /**
   * mask = 0 with probability {@code rate}, else 1, element i drawn from a counter-based generator
   * at (key, i): independent of thread count and of other elements.
   *
   * @param key read at each run
   */
  Operation dropoutMask(Tensor mask, float rate, LongSupplier key);

  /** A way to run bound operations of this back end one after the other; the caller closes it. */
  default Program program(List<Operation> operations) {
    return Program.plain(operations);
  }

  @Override
  void close();
}
