package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.assay.device.Exec;
import dev.assay.nn.backend.HostMemory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several steps of each optimiser against its equation in double. */
class OptimiserTest {
  private static final int COUNT = 1003;
  private static final Exec CPU = Exec.cpu(2);

  private ParameterStore store;
  private Parameter parameter;
  private final double[] expected = new double[COUNT];
  private final double[] gradient = new double[COUNT];

  @BeforeEach
  void fill() {
    store = new ParameterStore(new HostMemory());
    parameter = store.trainable("p", Initialiser.normal(1), COUNT);
    store.initialise(3);
    for (int i = 0; i < COUNT; i++) {
      expected[i] = Values.get(store.memory(), parameter.value(), i);
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private double drawGradient(Random random) {
    double squares = 0;
    for (int i = 0; i < COUNT; i++) {
      gradient[i] = (float) random.nextGaussian();
      squares += gradient[i] * gradient[i];
    }
    Values.write(store.memory(), parameter.gradient(), gradient);
    return Math.sqrt(squares);
  }

  private void check() {
    for (int i = 0; i < COUNT; i++) {
      assertEquals(
          expected[i], Values.get(store.memory(), parameter.value(), i), 2e-6, "parameter " + i);
    }
  }

  @Test
  void sgdWithMomentumDecayAndClipping() {
    double[] velocity = new double[COUNT];
    Random random = new Random(1);
    try (Sgd sgd = new Sgd(CPU, store, 0.9, 1e-2, 5)) {
      for (int step = 0; step < 5; step++) {
        double scale = Math.min(1, 5 / (drawGradient(random) + 1e-6));
        for (int i = 0; i < COUNT; i++) {
          velocity[i] = 0.9 * velocity[i] + scale * gradient[i] + 1e-2 * expected[i];
          expected[i] -= 0.1 * velocity[i];
        }
        sgd.step(0.1);
        check();
      }
      assertEquals(5, sgd.steps());
    }
  }

  @Test
  void adam() {
    double[] first = new double[COUNT];
    double[] second = new double[COUNT];
    Random random = new Random(1);
    try (Adam adam = new Adam(CPU, store, 0.9, 0.999, 1e-8, 1e-2, 0)) {
      for (int step = 1; step <= 5; step++) {
        drawGradient(random);
        for (int i = 0; i < COUNT; i++) {
          double g = gradient[i] + 1e-2 * expected[i];
          first[i] = 0.9 * first[i] + 0.1 * g;
          second[i] = 0.999 * second[i] + 0.001 * g * g;
          double m = first[i] / (1 - Math.pow(0.9, step));
          double v = second[i] / (1 - Math.pow(0.999, step));
          expected[i] -= 0.01 * m / (Math.sqrt(v) + 1e-8);
        }
        adam.step(0.01);
        check();
      }
    }
  }

  @Test
  void initialisationIsSeededAndHasItsDeviation() {
    double mean = 0;
    double squares = 0;
    for (double v : expected) {
      mean += v / COUNT;
      squares += v * v / COUNT;
    }
    assertEquals(0, mean, 4 / Math.sqrt(COUNT));
    assertEquals(1, Math.sqrt(squares), 4 / Math.sqrt(2.0 * COUNT));
    store.initialise(4);
    assertEquals(false, expected[0] == Values.get(store.memory(), parameter.value(), 0));
    store.initialise(3);
    check();
  }

  @Test
  void refusesNegativeClip() {
    assertThrows(IllegalArgumentException.class, () -> new Sgd(CPU, store, 0.9, 0, -1));
  }
}
