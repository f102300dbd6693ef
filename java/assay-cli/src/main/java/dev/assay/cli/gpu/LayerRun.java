package dev.assay.cli.gpu;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.Graph;
import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Mode;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * One layer on one back end: the same seeded values whatever the back end, results on the host.
 * Values are multiples of 1/256 up to 1/2 (variances 1 more), which TF32 and bf16 hold exactly, and
 * 257 in a row are different, so that no window has two largest.
 */
final class LayerRun {
  private static final long SEED = 11;
  private static final int STEPS = 256;

  private final Memory memory;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final int[] order = order(random);
  private final Map<String, float[]> results = new LinkedHashMap<>();

  private LayerRun(Memory memory) {
    this.memory = memory;
  }

  /** The output, and in training graphs every gradient, by name. */
  static Map<String, float[]> of(Backend backend, Precision precision, LayerCases.LayerCase c) {
    LayerRun run = new LayerRun(backend.memory());
    try (ParameterStore store = new ParameterStore(backend.memory())) {
      GraphBuilder g = new GraphBuilder(backend, store, c.mode(), precision);
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

  /** 0 to 256, shuffled. */
  private static int[] order(SplittableRandom random) {
    int[] order = IntStream.rangeClosed(0, STEPS).toArray();
    for (int i = STEPS; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  private void fill(Tensor tensor, double from) {
    int count = Math.toIntExact(tensor.shape().elements());
    int start = random.nextInt(order.length);
    try (HostBuffer values = HostBuffer.allocate("values", tensor.bytes())) {
      for (int i = 0; i < count; i++) {
        put(values, tensor, i, (float) (from + (double) order[(start + i) % order.length] / STEPS));
      }
      memory.copyIn(values.address(), tensor.address(), values.bytes());
    }
  }

  private static void put(HostBuffer values, Tensor tensor, int at, float value) {
    switch (tensor.type()) {
      case F32 -> values.putFloat(at, value);
      case BF16 -> values.view().putShort(2 * at, (short) (Float.floatToRawIntBits(value) >>> 16));
      case U8 -> throw new IllegalStateException(tensor + " holds no numbers");
    }
  }

  private float[] read(Tensor tensor) {
    float[] out = new float[Math.toIntExact(tensor.shape().elements())];
    try (HostBuffer values = HostBuffer.allocate("values", tensor.bytes())) {
      memory.copyOut(tensor.address(), values.address(), values.bytes());
      for (int i = 0; i < out.length; i++) {
        out[i] = get(values, tensor, i);
      }
    }
    return out;
  }

  private static float get(HostBuffer values, Tensor tensor, int at) {
    return switch (tensor.type()) {
      case F32 -> values.getFloat(at);
      case BF16 -> Float.intBitsToFloat(values.view().getShort(2 * at) << 16);
      case U8 -> throw new IllegalStateException(tensor + " holds no numbers");
    };
  }
}
