package dev.assay.model;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Graph;
import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Initialiser;
import dev.assay.nn.Mode;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;

/**
 * CDAL's frame selection policy (Agarwal et al. 2020, section 3.3), in the form of the public code,
 * under its names: for a sequence of images, each a row of features, the probability p of selecting
 * each of them.
 *
 * <pre>
 * h = lstm(x), both directions     [images, features] -> [images, 2 hidden]
 * z = fc1(fc2(h)), p = 1 / (1 + exp(-z))   -> 2 hidden -> 1, nothing between the linear maps
 * </pre>
 *
 * <p>Planned for one length of sequence; allocates nothing afterwards. Owner of weights, graph and
 * back end; confined to one thread.
 */
public final class RecurrentPolicy implements AutoCloseable {
  private final Backend backend;
  private final ParameterStore store;
  private final Graph graph;
  private final Tensor input;
  private final Tensor output;
  private final HostBuffer logits;
  private final HostBuffer slopes;

  /**
   * A policy with fresh weights.
   *
   * @param images length of the sequence
   * @param features length of an image's row
   * @param hidden cells of each direction
   * @param backend closed with the policy
   */
  public RecurrentPolicy(int images, int features, int hidden, Backend backend, long seed) {
    this.backend = backend;
    this.store = new ParameterStore(backend.memory());
    GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, Precision.F32);
    this.input = g.input("images", new Shape(1, 1, images, features));
    Tensor states = g.lstm("lstm", input, new LstmSpec(hidden, true));
    this.output = linear(g, "fc1", linear(g, "fc2", states, states.shape().c()), 1);
    this.graph = g.plan(output);
    this.logits = HostBuffer.allocate("logits", output.bytes());
    this.slopes = HostBuffer.allocate("dCost/dLogit", output.bytes());
    store.initialise(seed);
  }

  /** A map of each image's channels, drawn as torch draws a linear layer's weights. */
  private static Tensor linear(GraphBuilder g, String name, Tensor x, int out) {
    Initialiser init = Initialiser.uniform(1 / Math.sqrt(x.shape().c()));
    return g.convolution(name, x, ConvolutionSpec.same(out, 1).withBias(), init);
  }

  /** Length of the sequence. */
  public int images() {
    return input.shape().w();
  }

  /** Length of an image's row. */
  public int features() {
    return input.shape().c();
  }

  /** The weights, under the names of the public module. */
  public ParameterStore parameters() {
    return store;
  }

  /** Takes in the sequence, fp32 [images, features] at an address of the host. */
  public void observe(long rows) {
    graph.write(input, rows);
  }

  /** Computes the logits of the sequence with the present weights. */
  public void forward() {
    graph.forward();
    graph.read(output, logits.address());
  }

  /** The log-odds z of selecting an image, as of the last {@link #forward}. */
  public float logit(int image) {
    return logits.getFloat(image);
  }

  /**
   * Computes the gradients of all parameters.
   *
   * @param costByLogit derivative of the cost by each image's logit
   */
  public void backward(double[] costByLogit) {
    for (int i = 0; i < images(); i++) {
      slopes.putFloat(i, (float) costByLogit[i]);
    }
    graph.write(graph.gradient(output), slopes.address());
    graph.backward();
  }

  @Override
  public void close() {
    graph.close();
    logits.close();
    slopes.close();
    store.close();
    backend.close();
  }
}
