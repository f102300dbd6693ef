package dev.assay.nn;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Describes a network layer by layer; {@link #plan} makes it runnable. The same description serves
 * training and inference: the mode decides what a layer becomes.
 *
 * <p>Names of parameters are dotted prefixes: convolution {@code a.b} has {@code a.b.weight} and,
 * with a bias, {@code a.b.bias}; batch normalisation also has {@code running_mean} and {@code
 * running_var}, as in torch.
 */
public final class GraphBuilder {
  /** torch's defaults. */
  private static final float EPSILON = 1e-5f;

  private static final float MOMENTUM = 0.1f;

  private final Backend backend;
  private final ParameterStore store;
  private final Mode mode;
  private final ElementType type;
  private final RandomCounter random = new RandomCounter();
  private final List<Layer> layers = new ArrayList<>();
  private final List<Tensor> inputs = new ArrayList<>();
  private final Set<Tensor> differentiable = new HashSet<>();
  private final Set<String> used = new HashSet<>();
  private int stochastic;

  /**
   * Starts an empty network.
   *
   * @throws UnsupportedOperationException if the back end cannot compute in {@code precision}
   */
  public GraphBuilder(Backend backend, ParameterStore store, Mode mode, Precision precision) {
    backend.requireComputable(precision.type());
    this.backend = backend;
    this.store = store;
    this.mode = mode;
    this.type = precision.type();
  }

  Backend backend() {
    return backend;
  }

  ParameterStore store() {
    return store;
  }

  Mode mode() {
    return mode;
  }

  RandomCounter random() {
    return random;
  }

  Set<Tensor> differentiable() {
    return differentiable;
  }

  /** An fp32 input to be written before each run; converted to the network's precision. */
  public Tensor input(String name, Shape shape) {
    Tensor input = new Tensor(name, shape, ElementType.F32);
    inputs.add(input);
    return input;
  }

  /** An fp32 input whose gradient can be read after the backward pass. */
  public Tensor differentiableInput(String name, Shape shape) {
    Tensor input = input(name, shape);
    differentiable.add(input);
    return input;
  }

  /** y = x * w + b; w is {@code name.weight} [out, in / groups, k, k], drawn from {@code init}. */
  public Tensor convolution(String name, Tensor x, ConvolutionSpec spec, Initialiser init) {
    return convolution(name, x, spec, init, type);
  }

  /** {@link #convolution} whose result is fp32 whatever the network's precision: for logits. */
  public Tensor convolutionToFloat(String name, Tensor x, ConvolutionSpec spec, Initialiser init) {
    return convolution(name, x, spec, init, ElementType.F32);
  }

  private Tensor convolution(
      String name, Tensor x, ConvolutionSpec spec, Initialiser init, ElementType result) {
    Tensor in = computable(x);
    ConvolutionParameters p = convolutionParameters(name, in, spec, init);
    Tensor y = new Tensor(name, spec.output(in.shape()), result);
    return append(new ConvolutionLayer(spec, in, p.weight(), p.bias(), y), y, true, in);
  }

  /**
   * y = x w^T + b on [n, 1, 1, in]; w is {@code name.weight} [out, in, 1, 1], b {@code name.bias}.
   */
  public Tensor linear(String name, Tensor x, int out, Initialiser init) {
    if (x.shape().h() != 1 || x.shape().w() != 1) {
      throw new IllegalArgumentException(
          "linear " + name + ": input " + x + " must have h = w = 1");
    }
    return convolution(name, x, ConvolutionSpec.same(out, 1).withBias(), init);
  }

  /**
   * Batch normalisation over n, h, w, then ReLU if asked for; parameters {@code name.weight} etc.
   */
  public Tensor batchNorm(String name, Tensor x, boolean relu) {
    return batchNorm(name, x, null, relu);
  }

  private Tensor batchNorm(String name, Tensor x, Tensor addend, boolean relu) {
    Tensor in = computable(x);
    NormParameters p = normParameters(name, in.shape().c());
    Tensor y = new Tensor(name, in.shape(), type);
    return append(new BatchNormLayer(p, in, addend, y, relu, mode), y, true, in);
  }

  /**
   * y = relu?(norm(x * w) + addend?). In training a convolution and a normalisation; in inference
   * one convolution with the normalisation folded into its weights.
   *
   * @param addend a tensor of the result's shape, or null
   */
  public Tensor convolutionNorm(
      String name,
      String normName,
      Tensor x,
      ConvolutionSpec spec,
      Initialiser init,
      Tensor addend,
      boolean relu) {
    if (mode == Mode.TRAINING) {
      Tensor y = convolution(name, x, spec, init);
      if (addend == null) {
        return batchNorm(normName, y, relu);
      }
      requireSameShape("convolution norm", normName, y, addend);
      return batchNorm(normName, y, computable(addend), relu);
    }
    Tensor in = computable(x);
    ConvolutionParameters p = convolutionParameters(name, in, spec, init);
    NormParameters norm = normParameters(normName, spec.outChannels());
    Tensor added = addend == null ? null : computable(addend);
    Tensor y = new Tensor(normName, spec.output(in.shape()), type);
    return append(new FoldedConvolutionLayer(spec, in, p, norm, added, relu, y), y, true, in);
  }

  /**
   * Long short-term memory over the steps of sequences [n, 1, steps, features], in fp32 whatever
   * the network's precision. Parameters have torch's names and initial distribution: {@code
   * name.weight_ih_l0}, {@code name.weight_hh_l0}, {@code name.bias_ih_l0}, {@code
   * name.bias_hh_l0}, the same with {@code _reverse} for the second direction; all uniform in +-1 /
   * sqrt(hidden).
   */
  public Tensor lstm(String name, Tensor x, LstmSpec spec) {
    claim(name);
    Tensor in = cast(x, ElementType.F32);
    LstmParameters p = LstmParameters.declare(store, name, spec, in.shape().c());
    Tensor y = new Tensor(name, spec.output(in.shape()), ElementType.F32);
    return append(new LstmLayer(spec, in, p, y, mode), y, true, in);
  }

  /** y = max(x, 0). */
  public Tensor relu(String name, Tensor x) {
    Tensor in = computable(x);
    Tensor y = new Tensor(name, in.shape(), type);
    return append(new ReluLayer(in, y), y, false, in);
  }

  /** y = 1 / (1 + exp(-x)). */
  public Tensor sigmoid(String name, Tensor x) {
    Tensor in = computable(x);
    Tensor y = new Tensor(name, in.shape(), type);
    return append(new SigmoidLayer(in, y), y, false, in);
  }

  /** y = a b, element by element. */
  public Tensor multiply(String name, Tensor a, Tensor b) {
    requireSameShape("multiply", name, a, b);
    Tensor left = computable(a);
    Tensor right = computable(b);
    Tensor y = new Tensor(name, a.shape(), type);
    return append(new ProductLayer(left, right, y), y, false, left, right);
  }

  /** y = relu?(a + b). */
  public Tensor add(String name, Tensor a, Tensor b, boolean relu) {
    requireSameShape("add", name, a, b);
    Tensor left = computable(a);
    Tensor right = computable(b);
    Tensor y = new Tensor(name, a.shape(), type);
    return append(new AddLayer(left, right, y, relu), y, false, left, right);
  }

  private static void requireSameShape(String what, String name, Tensor a, Tensor b) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalArgumentException(
          what + " " + name + ": shapes of " + a + " and " + b + " differ");
    }
  }

  /** Pooling over windows. */
  public Tensor pool(String name, Tensor x, PoolingSpec spec) {
    Tensor in = computable(x);
    Tensor y = new Tensor(name, spec.output(in.shape()), type);
    return append(new PoolingLayer(spec, in, y), y, false, in);
  }

  /** x resized to [height, width], in x's own element type; x itself if it has that size. */
  public Tensor resize(String name, Tensor x, int height, int width, Interpolation rule) {
    if (x.shape().h() == height && x.shape().w() == width) {
      return x;
    }
    Tensor y = new Tensor(name, x.shape().withSize(height, width), x.type());
    return append(new ResizeLayer(rule, x, y), y, false, x);
  }

  /** The channels of all parts, one after the other. */
  public Tensor concatenate(String name, List<Tensor> parts) {
    List<Tensor> in = new ArrayList<>();
    int channels = 0;
    for (Tensor part : parts) {
      if (!part.shape().withChannels(1).equals(parts.get(0).shape().withChannels(1))) {
        throw new IllegalArgumentException(
            "concatenate " + name + ": " + part + " does not have the extents of " + parts.get(0));
      }
      in.add(computable(part));
      channels += part.shape().c();
    }
    Tensor y = new Tensor(name, parts.get(0).shape().withChannels(channels), type);
    return append(new ConcatenationLayer(in, y), y, false, in.toArray(new Tensor[0]));
  }

  /** The first {@code channels} channels of x, and the others; both parts must be used. */
  public List<Tensor> split(String name, Tensor x, int channels) {
    int all = x.shape().c();
    if (channels < 1 || channels >= all) {
      throw new IllegalArgumentException(
          "split " + name + ": channels=" + channels + " must be in [1, " + all + ") of " + x);
    }
    Tensor in = computable(x);
    Tensor head = new Tensor(name + " head", in.shape().withChannels(channels), type);
    Tensor tail = new Tensor(name + " tail", in.shape().withChannels(all - channels), type);
    Layer layer = new SplitLayer(in, List.of(head, tail));
    append(layer, head, false, in);
    if (differentiable.contains(in)) {
      differentiable.add(tail);
    }
    return List.of(head, tail);
  }

  /** x's elements in the same order under another shape. */
  public Tensor reshape(String name, Tensor x, Shape shape) {
    if (shape.elements() != x.shape().elements()) {
      throw new IllegalArgumentException(
          "reshape " + name + ": " + x + " has not the size of " + shape);
    }
    Tensor in = computable(x);
    Tensor y = new Tensor(name, shape, type);
    return append(new ReshapeLayer(in, y), y, false, in);
  }

  /** Zeroes elements with probability {@code rate} and scales the rest; x itself in inference. */
  public Tensor dropout(String name, Tensor x, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "dropout " + name + ": rate=" + rate + " must be in [0, 1)");
    }
    int index = stochastic++;
    if (mode == Mode.INFERENCE || rate == 0) {
      return x;
    }
    Tensor in = computable(x);
    Tensor y = new Tensor(name, in.shape(), type);
    return append(new DropoutLayer(in, y, (float) rate, random.stream(index)), y, false, in);
  }

  private Tensor computable(Tensor x) {
    return cast(x, type);
  }

  private Tensor cast(Tensor x, ElementType to) {
    if (x.type() == to) {
      return x;
    }
    Tensor y = new Tensor(x.name() + " as " + to, x.shape(), to);
    return append(new CastLayer(x, y), y, false, x);
  }

  private Tensor append(Layer layer, Tensor output, boolean hasParameters, Tensor... from) {
    layers.add(layer);
    if (hasParameters || differentiable.stream().anyMatch(List.of(from)::contains)) {
      differentiable.add(output);
    }
    return output;
  }

  private ConvolutionParameters convolutionParameters(
      String name, Tensor x, ConvolutionSpec spec, Initialiser init) {
    claim(name);
    int in = x.shape().c() / spec.groups();
    Parameter weight =
        store.trainable(
            name + ".weight", init, spec.outChannels(), in, spec.kernel(), spec.kernel());
    Parameter bias =
        spec.bias()
            ? store.trainable(name + ".bias", Initialiser.constant(0), spec.outChannels())
            : null;
    return new ConvolutionParameters(weight, bias);
  }

  private NormParameters normParameters(String name, int channels) {
    claim(name);
    return new NormParameters(
        store.trainable(name + ".weight", Initialiser.constant(1), channels),
        store.trainable(name + ".bias", Initialiser.constant(0), channels),
        store.statistic(name + ".running_mean", Initialiser.constant(0), channels),
        store.statistic(name + ".running_var", Initialiser.constant(1), channels),
        EPSILON,
        MOMENTUM);
  }

  /** A gradient is written by one layer only, so no parameter may serve two. */
  private void claim(String name) {
    if (!used.add(name)) {
      throw new IllegalArgumentException("two layers are named " + name);
    }
  }

  /** Plans operations and memory; the builder is not to be used afterwards. */
  public Graph plan(Tensor... outputs) {
    return new Graph(this, inputs, List.of(outputs), layers);
  }
}
