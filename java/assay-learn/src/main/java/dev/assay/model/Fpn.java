package dev.assay.model;

import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Initialiser;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.List;

/**
 * Feature pyramid network with the segmentation branch of panoptic FPN (Kirillov et al. 2019,
 * section 4.1) over a ResNet.
 *
 * <p>Pyramid (Lin et al. 2017): P5 = lateral(C5), P_l = lateral(C_l) + up(P_{l+1}), laterals 1x1
 * with bias. Branch: each level goes through steps of 3x3 convolution, batch normalisation, ReLU
 * and doubling until it has stride 4 (P5 three, P4 two, P3 one, P2 one without doubling); the sum
 * passes dropout, a 1x1 classifier and enlargement to the image's size. All enlargements are
 * bilinear with half-pixel corners, to the exact size of the level below.
 *
 * <p>RALIS' public code, which paper 001's appendix B describes as similar to this branch, instead
 * uses two 3x3 convolutions with ReLU per level, one 3x3 after each enlargement, concatenation, a
 * 3x3 classifier, aligned corners and no normalisation; it costs about three times as much.
 */
final class Fpn {
  private static final Interpolation UP = Interpolation.BILINEAR_HALF_PIXEL;
  private static final double CLASSIFIER_DEVIATION = 0.01;

  private final GraphBuilder g;
  private final FpnConfig config;

  private Fpn(GraphBuilder g, FpnConfig config) {
    this.g = g;
    this.config = config;
  }

  /**
   * Appends the whole network.
   *
   * @param x images [n, h, w, 3], at least 32 pixels on each side
   * @return fp32 logits [n, h, w, classes]
   */
  static Tensor build(GraphBuilder g, FpnConfig config, Tensor x) {
    return new Fpn(g, config).build(x);
  }

  private Tensor build(Tensor x) {
    Shape image = x.shape();
    if (image.h() < 32 || image.w() < 32) {
      throw new IllegalArgumentException(
          "images of " + image.w() + "x" + image.h() + " pixels must be at least 32x32");
    }
    List<Tensor> levels = ResNet.build(g, x, config.backbone(), config.widthMultiplier());
    Tensor pyramid = null;
    Tensor sum = null;
    for (int level = 4; level >= 1; level--) {
      pyramid = lateral(level, levels.get(level - 1), pyramid);
      Tensor part = branch(level, pyramid, levels);
      sum = sum == null ? part : g.add("head.sum" + level, part, sum, false);
    }
    Tensor y = g.dropout("head.dropout", sum, config.dropout());
    y =
        g.convolutionToFloat(
            "head.classifier",
            y,
            ConvolutionSpec.same(config.classes(), 1).withBias(),
            Initialiser.normal(CLASSIFIER_DEVIATION));
    return g.resize("logits", y, image.h(), image.w(), UP);
  }

  /** lateral(c) + up(above). */
  private Tensor lateral(int level, Tensor c, Tensor above) {
    int channels = config.pyramidChannels();
    Tensor y =
        g.convolution(
            "fpn.lateral" + level,
            c,
            ConvolutionSpec.same(channels, 1).withBias(),
            Initialiser.fanIn(c.shape().c(), 1));
    if (above == null) {
      return y;
    }
    Tensor up = g.resize("fpn.up" + level, above, y.shape().h(), y.shape().w(), UP);
    return g.add("fpn.sum" + level, y, up, false);
  }

  /** Steps of convolution, normalisation, ReLU and doubling down to stride 4. */
  private Tensor branch(int level, Tensor pyramid, List<Tensor> levels) {
    Tensor y = pyramid;
    int steps = Math.max(1, level - 1);
    for (int step = 0; step < steps; step++) {
      String name = "head.level" + level + "." + step;
      int channels = config.headChannels();
      y =
          g.convolutionNorm(
              name + ".conv",
              name + ".bn",
              y,
              ConvolutionSpec.same(channels, 3),
              Initialiser.heFanOut(channels, 3),
              null,
              true);
      if (level > 1) {
        Shape next = levels.get(level - 2 - step).shape();
        y = g.resize(name + ".up", y, next.h(), next.w(), UP);
      }
    }
    return y;
  }
}
