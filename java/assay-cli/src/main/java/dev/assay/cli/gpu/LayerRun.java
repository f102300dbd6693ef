package dev.assay.cli.gpu;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Graph;
import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Mode;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** One layer on one back end: the same seeded values whatever the back end, results on the host. */
final class LayerRun {
  private static final long SEED = 11;

  private final Memory memory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Map<String, float[]> results = new LinkedHashMap<>();

  private LayerRun(Memory memory) {
    this.memory = memory;
  }

  /** The output, and in training graphs every gradient, by name. */
  static Map<String, float[]> of(Backend backend, LayerCases.LayerCase c) {
    LayerRun run = new LayerRun(backend.memory());
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, c.mode(), Precision.F32);
      boolean training = c.mode() == Mode.TRAINING;
      Tensor x = training ? g.differentiableInput("x", c.in()) : g.input("x", c.in());
      Tensor y = c.layers().apply(g, x);
      try (Graph graph = g.plan(y)) {
        run.compute(store, graph, x, y, training);
      }
    }
    return run.results;
  }

  private void compute(ParameterStore store, Graph graph, Tensor x, Tensor y, boolean training) {
    for (Parameter p : store.parameters()) {
      fill(p.value(), p.name().endsWith("running_var") ? 0.5 : -0.5);
    }
    store.changed();
    fill(x, -0.5);
    graph.randomAt(SEED, 1);
    graph.forward();
    results.put("output", read(y));
    if (training) {
      fill(graph.gradient(y), -0.5);
      graph.backward();
      results.put("gradient of the input", read(graph.gradient(x)));
      for (Parameter p : store.parameters()) {
        String what = p.trainable() ? "gradient of " : "";
        results.put(what + p.name(), read(p.trainable() ? p.gradient() : p.value()));
      }
    }
  }

  private void fill(Tensor tensor, double from) {
    long count = tensor.shape().elements();
    try (HostBuffer values = HostBuffer.floats("values", count)) {
      for (long i = 0; i < count; i++) {
        values.putFloat(i, (float) (from + random.nextDouble()));
      }
      memory.copyIn(values.address(), tensor.address(), values.bytes());
    }
  }

  private float[] read(Tensor tensor) {
    if (tensor.type() != ElementType.F32) {
      throw new IllegalStateException(tensor + " must be fp32");
    }
    int count = Math.toIntExact(tensor.shape().elements());
    float[] out = new float[count];
    try (HostBuffer values = HostBuffer.floats("values", count)) {
      memory.copyOut(tensor.address(), values.address(), values.bytes());
      for (int i = 0; i < count; i++) {
        out[i] = values.getFloat(i);
      }
    }
    return out;
  }
}
