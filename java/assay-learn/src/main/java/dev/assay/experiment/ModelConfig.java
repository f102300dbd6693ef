package dev.assay.experiment;

import java.util.List;

/**
 * Section {@code model}: the segmentation network, a feature pyramid network with a segmentation
 * branch (RALIS, appendix B).
 *
 * @param backbone {@code resnet18} (default), {@code resnet34} or {@code resnet50}
 * @param width multiplier of the backbone's channels, 1 by default
 * @param pyramidChannels channels of the pyramid's levels, 128 by default
 * @param headChannels channels of the segmentation branch, 64 by default
 * @param dropout probability of dropping a channel before the classifier, 0.1 by default
 * @param mcPasses stochastic passes with dropout for strategies that compare them, 20 by default
 *     (RALIS, section 4.2)
 * @param precision of activations and working weights: {@code f32} (default), {@code bf16}, or on a
 *     GPU {@code tf32}: fp32 with the factors of products rounded to 10 bits
 * @param pretrained safetensors file with torchvision's names for the backbone; null (default):
 *     random weights
 */
public record ModelConfig(
    String backbone,
    double width,
    int pyramidChannels,
    int headChannels,
    double dropout,
    int mcPasses,
    String precision,
    String pretrained) {

  static ModelConfig read(ConfigReader reader) {
    return new ModelConfig(
        reader.oneOf("model.backbone", "resnet18", List.of("resnet18", "resnet34", "resnet50")),
        reader.number("model.width", 1, 0.05, 4),
        reader.integer("model.pyramid_channels", 128, 8, 1024),
        reader.integer("model.head_channels", 64, 8, 1024),
        reader.number("model.dropout", 0.1, 0, 0.95),
        reader.integer("model.mc_passes", 20, 2, 1000),
        reader.oneOf("model.precision", "f32", List.of("f32", "tf32", "bf16")),
        reader.text("model.pretrained", null));
  }
}
