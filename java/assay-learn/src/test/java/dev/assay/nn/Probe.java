package dev.assay.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * A small fp32 network under test: one differentiable input, one output, loss = sum r y with a
 * fixed random r, summed in double.
 */
final class Probe implements AutoCloseable {
  final ParameterStore store;
  final Tensor x;
  final Tensor y;
  final Graph graph;
  private final double[] projection;

  Probe(Backend backend, Shape in, BiFunction<GraphBuilder, Tensor, Tensor> layers) {
    this(backend, Mode.TRAINING, in, layers);
  }

  Probe(Backend backend, Mode mode, Shape in, BiFunction<GraphBuilder, Tensor, Tensor> layers) {
    store = new ParameterStore(backend.memory());
    GraphBuilder g = new GraphBuilder(backend, store, mode, Precision.F32);
    x = g.differentiableInput("x", in);
    y = layers.apply(g, x);
    graph = g.plan(y);
    Random random = new Random(5);
    for (Parameter p : store.parameters()) {
      boolean variance = p.name().endsWith("running_var");
      double from = variance ? 0.5 : -0.5;
      write(p.value(), random.doubles(p.count(), from, from + 1).toArray());
    }
    store.changed();
    // Within a channel's neighbourhood all values are 0.05 apart and 0.025 from 0: no step of a
    // difference crosses a kink of ReLU or changes a winner of max pooling.
    double[] input = new double[(int) in.elements()];
    for (int i = 0; i < input.length; i++) {
      int pixel = i / in.c();
      input[i] = ((pixel * 37 + i % in.c() * 13) % 81 - 39.5) * 0.05;
    }
    write(x, input);
    projection = random.doubles(y.shape().elements(), -1, 1).toArray();
  }

  float get(Tensor t, long i) {
    return Values.get(store.memory(), t, i);
  }

  void put(Tensor t, long i, double value) {
    Values.put(store.memory(), t, i, value);
  }

  void write(Tensor t, double[] values) {
    Values.write(store.memory(), t, values);
  }

  double[] values(Tensor t) {
    return Values.of(store.memory(), t);
  }

  double[] run() {
    graph.forward();
    return values(y);
  }

  private double loss() {
    store.changed();
    double sum = 0;
    double[] out = run();
    for (int i = 0; i < out.length; i++) {
      sum += projection[i] * out[i];
    }
    return sum;
  }

  /** Forward and backward from the projection. */
  void differentiate() {
    graph.forward();
    write(graph.gradient(y), projection);
    graph.backward();
  }

  /**
   * Compares every analytic gradient with the central difference over +-h. With outputs of size 1
   * in fp32 (unit roundoff 6e-8) and a few hundred of them, the loss carries noise near 1e-6, the
   * difference 1e-6 / h = 1e-4 at h = 1e-2; the truncation error h^2 / 6 times the third derivative
   * is below 1e-3 for the layers here. Hence 3e-3 of the largest gradient, plus 1e-3.
   */
  void checkGradients() {
    differentiate();
    check("x", x, graph.gradient(x));
    for (Parameter p : store.parameters()) {
      if (p.trainable()) {
        check(p.name(), p.value(), p.gradient());
      }
    }
  }

  /**
   * One directional derivative over all parameters at once. ReLU and max pooling have kinks that
   * some of the hundreds of activations cross at any step; each crossing errs by less than the
   * step, and a smaller step drowns in rounding: 2 per cent.
   */
  void checkDirection() {
    differentiate();
    Random random = new Random(9);
    double slope = 0;
    double h = 1e-3;
    double[] sides = new double[2];
    for (Parameter p : store.parameters()) {
      if (p.trainable()) {
        double[] direction = random.doubles(p.count(), -1, 1).toArray();
        double[] gradient = values(p.gradient());
        double[] before = values(p.value());
        for (int side = 0; side < 2; side++) {
          double[] moved = before.clone();
          for (int i = 0; i < direction.length; i++) {
            moved[i] += (side == 0 ? h : -h) * direction[i];
          }
          write(p.value(), moved);
          sides[side] += loss();
        }
        write(p.value(), before);
        for (int i = 0; i < direction.length; i++) {
          slope += gradient[i] * direction[i];
        }
      }
    }
    store.changed();
    double numeric = (sides[0] - sides[1]) / (2 * h);
    assertEquals(numeric, slope, 0.02 * Math.abs(numeric) + 0.02);
  }

  private void check(String what, Tensor at, Tensor gradient) {
    double h = 1e-2;
    double[] analytic = values(gradient);
    double largest = 0;
    for (double a : analytic) {
      largest = Math.max(largest, Math.abs(a));
    }
    int stride = Math.max(1, analytic.length / 60);
    for (int i = 0; i < analytic.length; i += stride) {
      float before = get(at, i);
      put(at, i, before + h);
      double above = loss();
      double up = get(at, i);
      put(at, i, before - h);
      double below = loss();
      double numeric = (above - below) / (up - get(at, i));
      put(at, i, before);
      assertEquals(numeric, analytic[i], 3e-3 * largest + 1e-3, what + "[" + i + "]");
    }
    store.changed();
  }

  @Override
  public void close() {
    graph.close();
    store.close();
  }
}
