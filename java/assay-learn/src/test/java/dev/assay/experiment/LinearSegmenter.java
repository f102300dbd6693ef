package dev.assay.experiment;

import dev.assay.data.Batch;
import dev.assay.memory.DType;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.model.Segmenter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Softmax regression from each pixel's colour to its class, with momentum: learns, exactly. A
 * stochastic pass drops one weight.
 */
final class LinearSegmenter implements Segmenter {
  private static final int FEATURES = 4;
  private static final double MOMENTUM = 0.9;

  private final int classes;
  private final double[] weights;
  private final double[] velocity;
  private HostBuffer output;

  LinearSegmenter(int classes) {
    this.classes = classes;
    this.weights = new double[classes * FEATURES];
    this.velocity = new double[classes * FEATURES];
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public double trainStep(Batch batch, double learningRate) {
    double[] gradient = new double[weights.length];
    double[] probabilities = new double[classes];
    double loss = 0;
    long counted = 0;
    long pixels = batch.labels().bytes();
    for (long p = 0; p < pixels; p++) {
      int label = batch.labels().getByte(p) & 0xff;
      if (label == 255) {
        continue;
      }
      counted++;
      loss -= Math.log(softmax(batch, p, probabilities, label));
      for (int c = 0; c < classes; c++) {
        double error = probabilities[c] - (c == label ? 1 : 0);
        for (int f = 0; f < FEATURES; f++) {
          gradient[c * FEATURES + f] += error * feature(batch, p, f);
        }
      }
    }
    if (counted == 0) {
      return 0;
    }
    for (int i = 0; i < weights.length; i++) {
      velocity[i] = MOMENTUM * velocity[i] + gradient[i] / counted;
      weights[i] -= learningRate * velocity[i];
    }
    return loss / counted;
  }

  private double softmax(Batch batch, long p, double[] out, int label) {
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      out[c] = Math.exp(score(batch, p, c));
      sum += out[c];
    }
    for (int c = 0; c < classes; c++) {
      out[c] /= sum;
    }
    return out[label];
  }

  private double score(Batch batch, long p, int c) {
    double score = 0;
    for (int f = 0; f < FEATURES; f++) {
      score += weights[c * FEATURES + f] * feature(batch, p, f);
    }
    return score;
  }

  private static double feature(Batch batch, long p, int f) {
    return f == FEATURES - 1 ? 1 : batch.images().getFloat(3 * p + f);
  }

  @Override
  public TensorView logits(Batch batch) {
    long pixels = batch.labels().bytes();
    if (output == null || output.bytes() != 4 * pixels * classes) {
      closeOutput();
      output = HostBuffer.floats("logits", pixels * classes);
    }
    for (long p = 0; p < pixels; p++) {
      for (int c = 0; c < classes; c++) {
        output.putFloat(p * classes + c, (float) score(batch, p, c));
      }
    }
    return TensorView.nhwc(
        output.address(), DType.F32, batch.n(), classes, batch.height(), batch.width());
  }

  @Override
  public void stochasticLogits(Batch batch, int passes, Consumer<TensorView> each) {
    for (int pass = 0; pass < passes; pass++) {
      double kept = weights[pass % weights.length];
      weights[pass % weights.length] = 0;
      each.accept(logits(batch));
      weights[pass % weights.length] = kept;
    }
  }

  @Override
  public void initialise(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.01 * random.nextGaussian();
      velocity[i] = 0;
    }
  }

  @Override
  public void save(Path file) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(temporary))) {
      for (int i = 0; i < weights.length; i++) {
        out.writeDouble(weights[i]);
        out.writeDouble(velocity[i]);
      }
    }
    Files.move(temporary, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void load(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
      for (int i = 0; i < weights.length; i++) {
        weights[i] = in.readDouble();
        velocity[i] = in.readDouble();
      }
    }
  }

  @Override
  public void loadBackbone(Path safetensors) {
    throw new UnsupportedOperationException("a linear network has no backbone");
  }

  @Override
  public void close() {
    closeOutput();
  }

  private void closeOutput() {
    if (output != null) {
      output.close();
    }
  }
}
