package dev.assay.model;

import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Initialiser;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.List;

/**
 * The equations of RALIS' query network (Casanova et al. 2020, section 3.2, appendix B and figure
 * B.1), in the form of the public code, under its names.
 *
 * <p>With block(x) = relu(batchnorm(x)) W + b:
 *
 * <pre>
 * state    z = block(block(block(s)))             [B, S, F] -> 256 -> 128 -> [B, S]
 *          e = block(z)                           [B, S] -> [B, 128]
 * action   a = block(block(block(f)))             [B, N, F] -> 512 -> 256 -> [B, N, 128]
 * gate     g = sigmoid(block(k))                  [B, N, K] -> [B, N]
 * Q        q = g (batchnorm([a, e]) w + c)        [B, N]
 * </pre>
 *
 * where f and k are the first F and the last K features of an action; with K = 0 there is no gate.
 * Statistics of a normalisation are over the batch and the regions together; those of the last
 * state block, whose channels are the S regions, over the batch alone. Without gradients a
 * normalisation between two linear maps is folded into the first.
 */
final class QueryLayers {
  private static final int STATE_WIDTH_1 = 256;
  private static final int STATE_WIDTH_2 = 128;
  private static final int ACTION_WIDTH_2 = 256;

  /** Channels behind an action's first map. */
  static final int ACTION_WIDTH_1 = 512;

  /** Length of the state's embedding e, and of the action's a. */
  static final int EMBEDDING = 128;

  private QueryLayers() {}

  /** e [B, 1, 1, 128] of s [B, S, 1, F]. */
  static Tensor state(GraphBuilder g, Tensor s) {
    Tensor y = g.batchNorm("bn1_s", s, true);
    y = hidden(g, "conv1_s", "bn2_s", y, STATE_WIDTH_1);
    y = hidden(g, "conv2_s", "bn3_s", y, STATE_WIDTH_2);
    y = linear(g, "conv3_s", y, 1);
    y = g.reshape("state.regions", y, new Shape(s.shape().n(), 1, 1, s.shape().h()));
    return linear(g, "linear_s", g.batchNorm("bn_last_s", y, true), EMBEDDING);
  }

  /** q [B, N, 1, 1] of actions [B, N, 1, F + K] with the embeddings of their states. */
  static Tensor values(GraphBuilder g, Tensor actions, int features, Tensor embedding) {
    boolean gated = actions.shape().c() > features;
    List<Tensor> parts = gated ? g.split("action", actions, features) : List.of(actions);
    Tensor y = g.batchNorm("bn1", parts.get(0), true);
    y = hidden(g, "conv1", "bn2", y, ACTION_WIDTH_1);
    y = hidden(g, "conv2", "bn3", y, ACTION_WIDTH_2);
    y = linear(g, "conv3", y, EMBEDDING);
    // Every candidate of a pool sees its pool's state.
    int candidates = actions.shape().h();
    Tensor repeated =
        g.resize("state.repeated", embedding, candidates, 1, Interpolation.NEAREST_HALF_PIXEL);
    y = g.batchNorm("bn_final", g.concatenate("joint", List.of(y, repeated)), false);
    y = linear(g, "conv_final2", y, 1);
    if (!gated) {
      return y;
    }
    Tensor gate = linear(g, "conv_bias", g.batchNorm("bn_bias", parts.get(1), true), 1);
    return g.multiply("q", g.sigmoid("gate", gate), y);
  }

  /** relu(batchnorm(x W + b)): the end of one block and the beginning of the next. */
  private static Tensor hidden(GraphBuilder g, String name, String normName, Tensor x, int out) {
    return g.convolutionNorm(name, normName, x, spec(out), initialiser(x), null, true);
  }

  private static Tensor linear(GraphBuilder g, String name, Tensor x, int out) {
    return g.convolution(name, x, spec(out), initialiser(x));
  }

  private static ConvolutionSpec spec(int out) {
    return ConvolutionSpec.same(out, 1).withBias();
  }

  /** The variance of torch's default, U(-1/sqrt(in), 1/sqrt(in)). */
  private static Initialiser initialiser(Tensor x) {
    return Initialiser.normal(Math.sqrt(1.0 / (3.0 * x.shape().c())));
  }
}
