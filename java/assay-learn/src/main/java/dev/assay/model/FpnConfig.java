package dev.assay.model;

import dev.assay.nn.Precision;
import java.util.List;

/**
 * A feature pyramid network and its optimiser.
 *
 * @param backbone depth of the ResNet
 * @param widthMultiplier factor on the backbone's channels
 * @param pyramidChannels channels of the pyramid levels
 * @param headChannels channels of the segmentation branch
 * @param dropout rate before the classifier, in [0, 1)
 * @param classes number of classes, in [2, 255]
 * @param classWeights weight of each class in the loss, empty for ones
 * @param momentum of SGD
 * @param weightDecay L2 penalty of SGD
 * @param gradientClip bound of the gradient's norm, 0 for none
 * @param precision of activations and working weights
 * @param seed of the initial weights and of dropout
 * @param threads CPU threads of Assay's own kernels, 0 for all; the back end's are fixed when the
 *     process starts
 */
public record FpnConfig(
    ResNet.Depth backbone,
    double widthMultiplier,
    int pyramidChannels,
    int headChannels,
    double dropout,
    int classes,
    List<Float> classWeights,
    double momentum,
    double weightDecay,
    double gradientClip,
    Precision precision,
    long seed,
    int threads) {

  /** Checks the ranges and copies the class weights. */
  public FpnConfig {
    require(
        widthMultiplier > 0 && widthMultiplier <= 8,
        "widthMultiplier",
        widthMultiplier,
        "in (0, 8]");
    require(pyramidChannels >= 1, "pyramidChannels", pyramidChannels, ">= 1");
    require(headChannels >= 1, "headChannels", headChannels, ">= 1");
    require(dropout >= 0 && dropout < 1, "dropout", dropout, "in [0, 1)");
    require(classes >= 2 && classes <= 255, "classes", classes, "in [2, 255]");
    require(momentum >= 0 && momentum < 1, "momentum", momentum, "in [0, 1)");
    require(weightDecay >= 0, "weightDecay", weightDecay, ">= 0");
    require(gradientClip >= 0, "gradientClip", gradientClip, ">= 0");
    require(threads >= 0, "threads", threads, ">= 0");
    classWeights = List.copyOf(classWeights);
    require(
        classWeights.isEmpty() || classWeights.size() == classes,
        "classWeights",
        classWeights.size(),
        "one per class, or none");
  }

  private static void require(boolean holds, String name, double value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + "=" + value + " must be " + expected);
    }
  }

  /** The network of the paper's size: pyramid of 256 and branch of 128 channels, fp32. */
  public static FpnConfig standard(ResNet.Depth backbone, int classes) {
    return new FpnConfig(
        backbone, 1, 256, 128, 0.25, classes, List.of(), 0.9, 1e-4, 0, Precision.F32, 0, 0);
  }

  /** A network small enough to train from scratch on two CPU cores in minutes. */
  public static FpnConfig small(int classes) {
    return new FpnConfig(
        ResNet.Depth.RESNET18,
        0.5,
        64,
        64,
        0.1,
        classes,
        List.of(),
        0.9,
        1e-4,
        0,
        Precision.F32,
        0,
        0);
  }

  /** The same computing in another precision. */
  public FpnConfig withPrecision(Precision newPrecision) {
    return new FpnConfig(
        backbone,
        widthMultiplier,
        pyramidChannels,
        headChannels,
        dropout,
        classes,
        classWeights,
        momentum,
        weightDecay,
        gradientClip,
        newPrecision,
        seed,
        threads);
  }

  /** The same with another seed. */
  public FpnConfig withSeed(long newSeed) {
    return new FpnConfig(
        backbone,
        widthMultiplier,
        pyramidChannels,
        headChannels,
        dropout,
        classes,
        classWeights,
        momentum,
        weightDecay,
        gradientClip,
        precision,
        newSeed,
        threads);
  }
}
