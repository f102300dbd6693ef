package dev.assay.model;

import dev.assay.memory.Owner;
import dev.assay.nn.Graph;
import dev.assay.nn.GraphBuilder;
import dev.assay.nn.Mode;
import dev.assay.nn.Parameter;
import dev.assay.nn.ParameterStore;
import dev.assay.nn.Precision;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * RALIS' query network: the value Q(s, a) of labelling a candidate region, given the state of the
 * segmentation network. {@link QueryLayers} has the equations.
 *
 * <p>In evaluation a state is taken in once ({@link #observe}) and any number of its candidates
 * valued afterwards; one candidate's value does not depend on the others. Graphs are planned once
 * per shape, so that a call of a known shape allocates nothing; the least recently used of more
 * than {@value #MAX_GRAPHS} are closed. All arrays are fp32 at addresses of the host that the
 * caller keeps alive. Owner of weights, graphs and back end; confined to one thread.
 */
public final class QueryNetwork implements AutoCloseable {
  private static final int MAX_GRAPHS = 6;

  /** Candidates of one state that are valued at once; bounds the activations to 30 MB. */
  private static final int CHUNK = 4096;

  /**
   * @param candidates 0 for the graph of the state path
   */
  private record Key(int states, int candidates) {}

  private record Planned(Graph graph, Tensor input, Tensor embedding, Tensor output) {}

  private final QueryConfig config;
  private final Backend backend;
  private final Memory memory;
  private final ParameterStore store;
  private final Map<Key, Planned> graphs = new LinkedHashMap<>(16, 0.75f, true);
  private Owner embeddings;
  private int observed;
  private long observedVersion;

  /**
   * A network with fresh weights.
   *
   * @param backend closed with the network
   */
  public QueryNetwork(QueryConfig config, Backend backend, long seed) {
    this.config = config;
    this.backend = backend;
    this.memory = backend.memory();
    this.store = new ParameterStore(memory);
    this.embeddings = memory.allocate("state embeddings", 0);
    declareParameters();
    initialise(seed);
  }

  private void declareParameters() {
    GraphBuilder g = builder(Mode.TRAINING);
    Tensor embedding = QueryLayers.state(g, g.input("states", stateShape(2)));
    QueryLayers.values(g, g.input("actions", actionShape(2, 1)), config.features(), embedding);
  }

  private GraphBuilder builder(Mode mode) {
    return new GraphBuilder(backend, store, mode, Precision.F32);
  }

  private Shape stateShape(int states) {
    return new Shape(states, config.stateRegions(), 1, config.features());
  }

  private Shape actionShape(int states, int candidates) {
    return new Shape(states, candidates, 1, config.actionFeatures());
  }

  /** Sizes of the input. */
  public QueryConfig config() {
    return config;
  }

  /** Weights and running statistics, under the names of RALIS' module. */
  public ParameterStore parameters() {
    return store;
  }

  /** Number of trainable values. */
  public long parameterCount() {
    return store.parameters().stream()
        .filter(Parameter::trainable)
        .mapToLong(Parameter::count)
        .sum();
  }

  /** Goes back to freshly initialised weights drawn from {@code seed}. */
  public void initialise(long seed) {
    store.initialise(seed);
  }

  /**
   * Takes over weights and running statistics.
   *
   * @throws IllegalArgumentException if the other network has other sizes or is elsewhere
   */
  public void copyFrom(QueryNetwork other) {
    if (!config.equals(other.config) || !memory.device().equals(other.memory.device())) {
      throw new IllegalArgumentException("cannot copy weights of " + other + " into " + this);
    }
    // The two networks may be on different streams of one device.
    other.memory.synchronise();
    for (Parameter p : store.parameters()) {
      Tensor from = other.store.get(p.name()).value();
      memory.copyWithin(from.address(), p.value().address(), p.value().bytes());
    }
    memory.synchronise();
    store.changed();
  }

  /**
   * Takes in states [states, S, F], in evaluation mode, for the calls of {@link #value} that
   * follow.
   */
  public void observe(long stateValues, int states) {
    Planned p = planned(new Key(states, 0));
    p.graph.write(p.input, stateValues);
    p.graph.forward();
    long bytes = p.output.bytes();
    if (embeddings.bytes() < bytes) {
      embeddings.close();
      embeddings = memory.allocate("state embeddings", bytes);
    }
    memory.copyWithin(p.output.address(), embeddings.address(), bytes);
    observed = states;
    observedVersion = store.version();
  }

  /**
   * Writes Q [states, candidates] of actions [states, candidates, F + K], in evaluation mode.
   *
   * @throws IllegalStateException if {@code states} were not observed with the present weights
   */
  public void value(long actions, int states, int candidates, long q) {
    if (observed != states || observedVersion != store.version()) {
      throw new IllegalStateException(
          "states=" + states + " must have been observed with the present weights");
    }
    if (states > 1) {
      valueChunk(actions, states, candidates, q);
      return;
    }
    for (int done = 0; done < candidates; done += CHUNK) {
      int now = Math.min(CHUNK, candidates - done);
      long from = actions + config.actionValues(done) * Float.BYTES;
      valueChunk(from, 1, now, q + (long) done * Float.BYTES);
    }
  }

  private void valueChunk(long actions, int states, int candidates, long q) {
    Planned p = planned(new Key(states, candidates));
    p.graph.write(p.input, actions);
    memory.copyWithin(embeddings.address(), p.embedding.address(), p.embedding.bytes());
    p.graph.forward();
    p.graph.read(p.output, q);
  }

  private Planned planned(Key key) {
    Planned known = graphs.get(key);
    if (known != null) {
      return known;
    }
    if (graphs.size() == MAX_GRAPHS) {
      Key oldest = graphs.keySet().iterator().next();
      graphs.remove(oldest).graph.close();
    }
    Planned fresh = key.candidates == 0 ? planStates(key) : planActions(key);
    graphs.put(key, fresh);
    return fresh;
  }

  private Planned planStates(Key key) {
    GraphBuilder g = builder(Mode.INFERENCE);
    Tensor states = g.input("states", stateShape(key.states));
    Tensor embedding = QueryLayers.state(g, states);
    return new Planned(g.plan(embedding), states, null, embedding);
  }

  private Planned planActions(Key key) {
    GraphBuilder g = builder(Mode.INFERENCE);
    Tensor actions = g.input("actions", actionShape(key.states, key.candidates));
    Tensor embedding = g.input("embedding", new Shape(key.states, 1, 1, QueryLayers.EMBEDDING));
    Tensor q = QueryLayers.values(g, actions, config.features(), embedding);
    return new Planned(g.plan(q), actions, embedding, q);
  }

  /**
   * A way to train on batches of one shape; the caller closes it before the network.
   *
   * @param states transitions in a batch, at least 2: statistics need more than one value
   */
  public QueryTrainingPass trainingPass(int states, int candidates) {
    if (states < 2) {
      throw new IllegalArgumentException(
          "states=" + states + " must be >= 2: a batch's statistics need more than one value");
    }
    GraphBuilder g = builder(Mode.TRAINING);
    Tensor s = g.input("states", stateShape(states));
    Tensor a = g.input("actions", actionShape(states, candidates));
    Tensor q = QueryLayers.values(g, a, config.features(), QueryLayers.state(g, s));
    return new QueryTrainingPass(store, g.plan(q), s, a, q);
  }

  @Override
  public String toString() {
    return config + " on " + memory.device();
  }

  @Override
  public void close() {
    graphs.values().forEach(p -> p.graph.close());
    graphs.clear();
    embeddings.close();
    store.close();
    backend.close();
  }
}
