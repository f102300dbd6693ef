package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.format.NdArray;
import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.model.QueryTrainingPass;
import dev.assay.nn.Parameter;
import dev.assay.nn.backend.Backends;
import dev.assay.rl.Greedy;
import java.io.IOException;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;

/** The query network against 08_query_eval_camvid and 08_query_small. */
class GoldenQueryNetworkTest {
  private static final double Q_TOLERANCE = 1e-5;
  private static final double STATISTIC_TOLERANCE = 1e-5;

  /** Copies the arrays {@code prefix + name} of a file into the network. */
  static void setWeights(Golden golden, String file, String prefix, QueryNetwork network)
      throws IOException {
    for (Parameter p : network.parameters().parameters()) {
      NdArray values = golden.array(file, prefix + p.name());
      assertEquals(p.count(), values.count(), p.name());
      UnsafeApi.copyMemory(values.buffer().address(), p.value().address(), p.count() * Float.BYTES);
    }
    network.parameters().changed();
  }

  private static QueryNetwork network(NdArray states, NdArray actions) {
    int rank = states.rank();
    int features = (int) states.shape(rank - 1);
    QueryConfig config =
        new QueryConfig((int) states.shape(rank - 2), features, (int) actions.shape(2) - features);
    return new QueryNetwork(config, Backends.cpu(), 1);
  }

  @Test
  void pools() throws IOException {
    String file = "08_query_eval_camvid";
    try (Golden golden = new Golden()) {
      String input = golden.array(file, "state_file").getText(0);
      NdArray pool = golden.array(input, "pool");
      NdArray state = golden.array(input, "subset");
      NdArray expected = golden.array(file, "Q_f64");
      NdArray action = golden.array(file, "action");
      int pools = (int) pool.shape(0);
      int candidates = (int) pool.shape(1);
      try (QueryNetwork network = network(state, pool);
          HostBuffer q = HostBuffer.floats("q", expected.count())) {
        setWeights(golden, file, "w/", network);
        network.observe(state.buffer().address(), 1);
        network.value(pool.buffer().address(), 1, pools * candidates, q.address());
        near(expected, q.address());
        int[] chosen = new int[pools];
        Greedy.choose(q.address(), pools, candidates, chosen);
        for (int i = 0; i < pools; i++) {
          assertEquals(action.getLong(i), chosen[i], "action of pool " + i);
        }
      }
    }
  }

  @Test
  void evaluationThenTraining() throws IOException {
    String file = "08_query_small";
    try (Golden golden = new Golden()) {
      NdArray actions = golden.array(file, "x");
      NdArray states = golden.array(file, "subset");
      NdArray evaluated = golden.array(file, "Q_eval_f64");
      int batch = (int) actions.shape(0);
      int candidates = (int) actions.shape(1);
      try (QueryNetwork network = network(states, actions);
          QueryTrainingPass training = network.trainingPass(batch, candidates);
          HostBuffer q = HostBuffer.floats("q", evaluated.count())) {
        setWeights(golden, file, "w/", network);
        network.observe(states.buffer().address(), batch);
        network.value(actions.buffer().address(), batch, candidates, q.address());
        near(evaluated, q.address());
        training.forward(states.buffer().address(), actions.buffer().address());
        near(golden.array(file, "Q_train_f64"), training.q());
        checkStatistics(golden, file, "after/", network);
      }
    }
  }

  static void checkStatistics(Golden golden, String file, String prefix, QueryNetwork network)
      throws IOException {
    for (Parameter p : network.parameters().parameters()) {
      if (!p.trainable()) {
        NdArray expected = golden.array(file, prefix + p.name());
        for (long i = 0; i < expected.count(); i++) {
          double value = expected.getDouble(i);
          double found = UnsafeApi.getFloat(p.value().address() + i * Float.BYTES);
          double tolerance = STATISTIC_TOLERANCE * Math.max(Math.abs(value), 1);
          Golden.near(value, found, tolerance, prefix + p.name() + "[" + i + "]");
        }
      }
    }
  }

  private static void near(NdArray expected, long address) {
    for (long i = 0; i < expected.count(); i++) {
      double found = UnsafeApi.getFloat(address + i * Float.BYTES);
      Golden.near(expected.getDouble(i), found, Q_TOLERANCE, expected.name() + "[" + i + "]");
    }
  }
}
