package dev.assay.model;

import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Initialiser;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks (He et al. 2016) with torchvision's parameter names, without the classifier.
 * Bottlenecks have their stride in the 3x3 convolution, as torchvision's.
 */
public final class ResNet {
  /** Depth and kind of block. */
  public enum Depth {
    RESNET18(false, 2, 2, 2, 2),
    RESNET34(false, 3, 4, 6, 3),
    RESNET50(true, 3, 4, 6, 3);

    private final boolean bottleneck;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes an immutable list
    private final List<Integer> blocks;

    Depth(boolean bottleneck, Integer... blocks) {
      this.blocks = List.of(blocks);
      this.bottleneck = bottleneck;
    }
  }

  private static final int BOTTLENECK_EXPANSION = 4;

  private final GraphBuilder g;
  private final Depth depth;
  private final double width;

  private ResNet(GraphBuilder g, Depth depth, double width) {
    this.g = g;
    this.depth = depth;
    this.width = width;
  }

  /**
   * Appends a backbone.
   *
   * @param x images [n, h, w, 3]
   * @param width factor on every channel count, rounded to a multiple of 8
   * @return the outputs of layer1 to layer4, at strides 4, 8, 16 and 32
   */
  static List<Tensor> build(GraphBuilder g, Tensor x, Depth depth, double width) {
    return new ResNet(g, depth, width).build(x);
  }

  private List<Tensor> build(Tensor x) {
    int channels = channels(64);
    Tensor y =
        convolutionNorm(
            "conv1", "bn1", x, ConvolutionSpec.same(channels, 7).withStride(2), null, true);
    y = g.pool("maxpool", y, new PoolingSpec(PoolingSpec.Rule.MAX, 3, 2, 1));
    List<Tensor> levels = new ArrayList<>();
    for (int level = 1; level <= 4; level++) {
      int planes = channels(32 << level);
      for (int block = 0; block < depth.blocks.get(level - 1); block++) {
        int stride = block == 0 && level > 1 ? 2 : 1;
        y = block("layer" + level + "." + block + ".", y, planes, stride);
      }
      levels.add(y);
    }
    return levels;
  }

  private int channels(int base) {
    return Math.max(8, (int) Math.round(base * width / 8) * 8);
  }

  private Tensor block(String name, Tensor x, int planes, int stride) {
    int out = depth.bottleneck ? planes * BOTTLENECK_EXPANSION : planes;
    Tensor shortcut = x;
    if (stride != 1 || x.shape().c() != out) {
      shortcut =
          convolutionNorm(
              name + "downsample.0",
              name + "downsample.1",
              x,
              ConvolutionSpec.same(out, 1).withStride(stride),
              null,
              false);
    }
    if (!depth.bottleneck) {
      Tensor y = step(name, 1, x, ConvolutionSpec.same(planes, 3).withStride(stride), null);
      return step(name, 2, y, ConvolutionSpec.same(out, 3), shortcut);
    }
    Tensor y = step(name, 1, x, ConvolutionSpec.same(planes, 1), null);
    y = step(name, 2, y, ConvolutionSpec.same(planes, 3).withStride(stride), null);
    return step(name, 3, y, ConvolutionSpec.same(out, 1), shortcut);
  }

  /** relu(bn_i(conv_i(x)) + shortcut?). */
  private Tensor step(String name, int i, Tensor x, ConvolutionSpec spec, Tensor shortcut) {
    return convolutionNorm(name + "conv" + i, name + "bn" + i, x, spec, shortcut, true);
  }

  private Tensor convolutionNorm(
      String name, String norm, Tensor x, ConvolutionSpec spec, Tensor addend, boolean relu) {
    Initialiser init = Initialiser.heFanOut(spec.outChannels(), spec.kernel());
    return g.convolutionNorm(name, norm, x, spec, init, addend, relu);
  }
}
