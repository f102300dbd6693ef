package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.format.ElementType;
import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.model.RecurrentPolicy;
import dev.assay.nn.Parameter;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.Tensor;
import dev.assay.rl.Episode;
import dev.assay.rl.Reinforce;
import dev.assay.rl.ReinforceConfig;
import java.io.IOException;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** CDAL's policy network and one step of REINFORCE against 09_bilstm. */
class GoldenRecurrentPolicyTest {
  private static final String FILE = "09_bilstm";

  private Golden golden;
  private RecurrentPolicy policy;
  private Reinforce reinforce;

  /** What the policy computes with; closed with it. */
  Backend backend() {
    return Backends.cpu();
  }

  @BeforeEach
  void load() throws IOException {
    golden = new Golden();
    NdArray x = golden.array(FILE, "x");
    int hidden = (int) golden.array(FILE, "hidden").getLong(0);
    policy = new RecurrentPolicy((int) x.shape(1), (int) x.shape(2), hidden, backend(), 1);
    for (Parameter p : policy.parameters().parameters()) {
      NdArray weights = golden.array(FILE, "w/" + p.name());
      assertEquals(p.count(), weights.count(), p.name());
      long bytes = p.value().bytes();
      policy.parameters().memory().copyIn(weights.buffer().address(), p.value().address(), bytes);
    }
    policy.parameters().changed();
    reinforce =
        new Reinforce(
            new ReinforceConfig(number("adam_lr"), number("adam_weight_decay"), number("beta"), 2),
            policy);
    policy.observe(x.buffer().address());
    policy.forward();
  }

  @AfterEach
  void close() {
    if (reinforce != null) {
      reinforce.close();
      policy.close();
    }
    golden.close();
  }

  private double number(String name) throws IOException {
    return golden.array(FILE, name).getDouble(0);
  }

  @Test
  void probabilities() throws IOException {
    NdArray expected = golden.array(FILE, "probs_f64");
    for (int i = 0; i < policy.images(); i++) {
      Golden.near(expected.getDouble(i), reinforce.probability(i), 1e-6, "probability of " + i);
    }
    NdArray top = golden.array(FILE, "top6");
    List<Integer> order =
        IntStream.range(0, policy.images())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -reinforce.probability(i)))
            .toList();
    for (int k = 0; k < top.count(); k++) {
      assertEquals(top.getLong(k), (long) order.get(k), "pick " + k);
    }
  }

  @Test
  void stepOfReinforce() throws IOException {
    NdArray actions = golden.array(FILE, "actions");
    BitSet selected = new BitSet();
    for (int i = 0; i < actions.count(); i++) {
      selected.set(i, actions.getLong(i) != 0);
    }
    reinforce.compareWith(number("baseline"));
    double cost = reinforce.update(List.of(new Episode(selected, number("reward"))));
    Golden.near(number("cost_f64"), cost, 1e-6, "cost");
    Golden.near(number("baseline_next"), reinforce.baseline(), 1e-12, "baseline");
    checkGradients();
    checkNorms();
    checkWeights();
  }

  /** Within 1e-4 of each gradient, or of the tensor's largest where it is much smaller. */
  private void checkGradients() throws IOException {
    for (String name : names("grad/")) {
      NdArray expected = golden.array(FILE, "grad/" + name);
      double largest = 0;
      for (int i = 0; i < expected.count(); i++) {
        largest = Math.max(largest, Math.abs(expected.getDouble(i)));
      }
      float[] found = values(policy.parameters().get(name).gradient());
      for (int i = 0; i < found.length; i++) {
        double tolerance = 1e-4 * Math.max(Math.abs(expected.getDouble(i)), 0.01 * largest);
        Golden.near(expected.getDouble(i), found[i], tolerance, "gradient " + name + i);
      }
    }
  }

  private void checkNorms() throws IOException {
    NdArray names = golden.array(FILE, "param_names");
    NdArray norms = golden.array(FILE, "grad_norms_f64");
    assertEquals(policy.parameters().parameters().size(), names.count());
    for (int k = 0; k < names.count(); k++) {
      String name = names.getText(k);
      double squares = 0;
      for (float g : values(policy.parameters().get(name).gradient())) {
        squares += (double) g * g;
      }
      double expected = norms.getDouble(k);
      Golden.near(expected, Math.sqrt(squares), 1e-4 * expected, "norm of " + name);
    }
  }

  private void checkWeights() throws IOException {
    for (String name : names("after_adam/")) {
      NdArray expected = golden.array(FILE, "after_adam/" + name);
      float[] found = values(policy.parameters().get(name).value());
      for (int i = 0; i < found.length; i++) {
        Golden.near(expected.getDouble(i), found[i], 2e-5, name + "[" + i + "] after Adam");
      }
    }
  }

  private static List<String> names(String prefix) throws IOException {
    try (NpzReader npz = NpzReader.open(Golden.file(FILE))) {
      List<String> names =
          npz.names().stream()
              .filter(name -> name.startsWith(prefix))
              .map(name -> name.substring(prefix.length()))
              .toList();
      assertTrue(names.size() >= 4, prefix + " has " + names);
      return names;
    }
  }

  private float[] values(Tensor tensor) {
    float[] values = new float[(int) tensor.shape().elements()];
    try (NdArray copy = NdArray.allocate("copy", ElementType.F4, values.length)) {
      policy
          .parameters()
          .memory()
          .copyOut(tensor.address(), copy.buffer().address(), tensor.bytes());
      for (int i = 0; i < values.length; i++) {
        values[i] = UnsafeApi.getFloat(copy.buffer().address() + 4L * i);
      }
    }
    return values;
  }
}
