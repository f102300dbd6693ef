package dev.assay.experiment;

import dev.assay.nn.LearningRate;
import java.util.List;

/**
 * Section {@code training}: stochastic gradient descent with momentum on random crops.
 *
 * @param learningRate of the first step, 0.05 by default
 * @param initialLearningRate of the first step of pretraining and initial training, for networks
 *     that start from scratch; learningRate by default
 * @param schedule {@code constant}, {@code polynomial} (default; (1 - step/steps)^power) or {@code
 *     exponential} (decay^step)
 * @param scheduleSpan what the schedule runs over: {@code round} (default; it starts anew in every
 *     round) or {@code run}; with protocol.weights=restart always the round, in the supervised
 *     protocol always the run
 * @param power of the polynomial schedule, 0.9 by default
 * @param decay per step of the exponential schedule, 0.998 by default
 * @param warmupSteps steps over which the learning rate rises linearly from zero, 0 by default
 * @param momentum 0.9 by default
 * @param weightDecay 1e-4 by default
 * @param clipNorm largest global gradient norm; 0 (default) does not clip
 * @param classWeights weight of each class in the cross entropy; empty (default) weighs all alike
 * @param batchSize images per step, 8 by default
 * @param cropWidth crop width in pixels; 0 (default) is the whole image
 * @param cropHeight crop height in pixels; 0 (default) is the whole image
 * @param flip mirror half of the crops, true by default
 * @param scaleMin smallest random magnification of a crop, 1 by default
 * @param scaleMax largest random magnification, 1 by default
 */
public record TrainingConfig(
    double learningRate,
    double initialLearningRate,
    String schedule,
    String scheduleSpan,
    double power,
    double decay,
    int warmupSteps,
    double momentum,
    double weightDecay,
    double clipNorm,
    List<Double> classWeights,
    int batchSize,
    int cropWidth,
    int cropHeight,
    boolean flip,
    double scaleMin,
    double scaleMax) {

  static TrainingConfig read(ConfigReader reader) {
    double learningRate = reader.number("training.learning_rate", 0.05, 1e-9, 100);
    TrainingConfig training =
        new TrainingConfig(
            learningRate,
            reader.number("training.initial_learning_rate", learningRate, 1e-9, 100),
            reader.oneOf(
                "training.schedule",
                "polynomial",
                List.of("constant", "polynomial", "exponential")),
            reader.oneOf("training.schedule_span", "round", List.of("round", "run")),
            reader.number("training.power", 0.9, 0.01, 10),
            reader.number("training.decay", 0.998, 0.01, 1),
            reader.integer("training.warmup_steps", 0, 0, 1_000_000),
            reader.number("training.momentum", 0.9, 0, 0.999999),
            reader.number("training.weight_decay", 1e-4, 0, 1),
            reader.number("training.clip_norm", 0, 0, 1e9),
            reader.weights("training.class_weights"),
            reader.integer("training.batch_size", 8, 1, 4096),
            reader.integer("training.crop_width", 0, 0, 8192),
            reader.integer("training.crop_height", 0, 0, 8192),
            reader.flag("training.flip", true),
            reader.number("training.scale_min", 1, 0.1, 10),
            reader.number("training.scale_max", 1, 0.1, 10));
    if (training.scaleMax < training.scaleMin) {
      throw reader.wrong(
          "training.scale_max", training.scaleMax, "at least scale_min=" + training.scaleMin);
    }
    return training;
  }

  /** The learning rate over {@code steps} steps. */
  LearningRate schedule(long steps) {
    return schedule(learningRate, steps);
  }

  /** The learning rate over {@code steps} steps of pretraining and initial training. */
  LearningRate initialSchedule(long steps) {
    return schedule(initialLearningRate, steps);
  }

  private LearningRate schedule(double first, long steps) {
    LearningRate rate =
        switch (schedule) {
          case "polynomial" -> LearningRate.polynomial(first, steps, power);
          case "exponential" -> LearningRate.exponential(first, decay, 1);
          default -> LearningRate.constant(first);
        };
    return rate.warmedUp(warmupSteps);
  }
}
