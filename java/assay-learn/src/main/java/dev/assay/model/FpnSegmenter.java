package dev.assay.model;

import dev.assay.data.Batch;
import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.TensorView;
import dev.assay.nn.CrossEntropyLoss;
import dev.assay.nn.Graph;
import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Mode;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.Sgd;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A feature pyramid network that trains and predicts. Graphs are planned once for each mode and
 * batch shape, and share the weights; the least recently used of more than {@value #MAX_GRAPHS} are
 * closed. With the same seed, batches and number of threads every run gives the same bits.
 */
public final class FpnSegmenter implements Segmenter {
  private static final int MAX_GRAPHS = 6;
  private static final int IGNORE = 255;
  private static final int PREDICTION_STREAM = 1;

  private record Key(Mode mode, int n, int height, int width) {}

  private record Planned(Graph graph, Tensor images, Tensor logits) {
    /** The logits, done: whoever reads them may do so on another stream. */
    TensorView readable() {
      graph.memory().synchronise();
      return graph.view(logits);
    }
  }

  private final FpnConfig config;
  private final Backend backend;
  private final ParameterStore store;
  private final Map<Key, Planned> graphs = new LinkedHashMap<>(16, 0.75f, true);
  private final Sgd optimiser;
  private final CrossEntropyLoss loss;
  private final Checkpoint checkpoint;
  private long seed;

  /**
   * A network with fresh weights.
   *
   * @param backend closed with the segmenter
   * @throws UnsupportedOperationException if the back end lacks the precision
   */
  public FpnSegmenter(FpnConfig config, Backend backend) {
    this.config = config;
    this.backend = backend;
    this.store = new ParameterStore(backend.memory());
    declareParameters();
    Exec exec = backend.memory().exec(config.threads());
    this.optimiser =
        new Sgd(exec, store, config.momentum(), config.weightDecay(), config.gradientClip());
    this.loss = new CrossEntropyLoss(backend.memory(), exec, IGNORE, config.classWeights());
    this.checkpoint = new Checkpoint(store, optimiser, describe(config));
    initialise(config.seed());
  }

  private void declareParameters() {
    GraphBuilder g = new GraphBuilder(backend, store, Mode.TRAINING, config.precision());
    Fpn.build(g, config, g.input("images", new Shape(2, 64, 64, 3)));
  }

  private static String describe(FpnConfig c) {
    return "fpn backbone="
        + c.backbone()
        + " width="
        + c.widthMultiplier()
        + " pyramid="
        + c.pyramidChannels()
        + " head="
        + c.headChannels()
        + " classes="
        + c.classes();
  }

  @Override
  public int classes() {
    return config.classes();
  }

  /** Number of trainable values. */
  public long parameterCount() {
    return store.parameters().stream()
        .filter(Parameter::trainable)
        .mapToLong(Parameter::count)
        .sum();
  }

  /** Optimiser steps since the weights were initialised. */
  public long steps() {
    return optimiser.steps();
  }

  @Override
  public double trainStep(Batch batch, double learningRate) {
    if (!hasLabels(batch.labels())) {
      return 0;
    }
    Planned p = planned(Mode.TRAINING, batch);
    p.graph.write(p.images, batch.images().address());
    p.graph.randomAt(seed, optimiser.steps());
    p.graph.forward();
    double value = loss.run(p.graph, p.logits, batch.labels().address());
    p.graph.backward();
    optimiser.step(learningRate);
    return value;
  }

  private static boolean hasLabels(HostBuffer labels) {
    for (long i = 0; i < labels.bytes(); i++) {
      if ((labels.getByte(i) & 0xFF) != IGNORE) {
        return true;
      }
    }
    return false;
  }

  @Override
  public TensorView logits(Batch batch) {
    Planned p = planned(Mode.INFERENCE, batch);
    p.graph.write(p.images, batch.images().address());
    p.graph.forward();
    return p.readable();
  }

  @Override
  public void stochasticLogits(Batch batch, int passes, Consumer<TensorView> each) {
    Planned p = planned(Mode.MC_DROPOUT, batch);
    p.graph.write(p.images, batch.images().address());
    for (int pass = 0; pass < passes; pass++) {
      p.graph.randomAt(seed + PREDICTION_STREAM, pass);
      if (pass == 0) {
        p.graph.forward();
      } else {
        p.graph.redraw();
      }
      each.accept(p.readable());
    }
  }

  private Planned planned(Mode mode, Batch batch) {
    Key key = new Key(mode, batch.n(), batch.height(), batch.width());
    Planned known = graphs.get(key);
    if (known != null) {
      return known;
    }
    if (graphs.size() == MAX_GRAPHS) {
      Key oldest = graphs.keySet().iterator().next();
      graphs.remove(oldest).graph.close();
    }
    GraphBuilder g = new GraphBuilder(backend, store, mode, config.precision());
    Tensor images = g.input("images", new Shape(batch.n(), batch.height(), batch.width(), 3));
    Tensor logits = Fpn.build(g, config, images);
    Planned fresh = new Planned(g.plan(logits), images, logits);
    graphs.put(key, fresh);
    return fresh;
  }

  /** Runs one training or prediction graph with a clock around each operation. */
  public List<Graph.Timing> profile(Mode mode, Batch batch) {
    return planned(mode, batch).graph.profile();
  }

  @Override
  public void initialise(long newSeed) {
    seed = newSeed;
    store.initialise(newSeed);
    optimiser.reset();
  }

  @Override
  public void save(Path file) throws IOException {
    checkpoint.save(file, seed);
  }

  @Override
  public void load(Path file) throws IOException {
    seed = checkpoint.load(file);
  }

  @Override
  public void loadBackbone(Path safetensors) throws IOException {
    List<String> names = new ArrayList<>();
    for (Parameter p : store.parameters()) {
      if (!p.name().startsWith("fpn.") && !p.name().startsWith("head.")) {
        names.add(p.name());
      }
    }
    checkpoint.loadNamed(safetensors, names);
  }

  @Override
  public void close() {
    graphs.values().forEach(p -> p.graph.close());
    graphs.clear();
    loss.close();
    optimiser.close();
    store.close();
    backend.close();
  }
}
