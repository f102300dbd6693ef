package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.assay.format.NdArray;
import dev.assay.format.NpzReader;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.LearningRate;
import dev.assay.nn.Parameter;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.Tensor;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.DqnConfig;
import dev.assay.rl.DqnConfig.Bootstrap;
import dev.assay.rl.DqnConfig.Selection;
import dev.assay.rl.EpsilonSchedule;
import dev.assay.rl.TdLoss;
import dev.assay.rl.TransitionBatch;
import java.io.IOException;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step of double DQN against 08_double_dqn_step and _io, and the schedules of 08_schedules. */
class GoldenDoubleDqnTest {
  private static final String IO = "08_double_dqn_io";

  /** A bias before a normalisation has gradient 0 but for rounding: this share of the largest. */
  private static final double ROUNDING = 1e-6;

  /**
   * Losses and targets of both readings. Gradients and weights belong to the two that were stepped.
   */
  @ParameterizedTest
  @CsvSource({
    "SMOOTH_L1, POLICY_SELECTS, y_code_f64, loss_code_huber_f64, code_huber",
    "SQUARED, POLICY_SELECTS, y_code_f64, loss_code_mse_f64, ''",
    "SQUARED, TARGET_SELECTS, y_paper_eq3_f64, loss_paper_mse_f64, paper_mse",
    "SMOOTH_L1, TARGET_SELECTS, y_paper_eq3_f64, loss_paper_huber_f64, ''"
  })
  void step(TdLoss loss, Selection selection, String targets, String lossName, String gradients)
      throws IOException {
    try (Golden golden = new Golden();
        TransitionBatch batch = batch(golden);
        DoubleDqn dqn = learner(golden, batch, loss, selection)) {
      double expected = golden.array(IO, lossName).getDouble(0);
      Golden.near(expected, dqn.update(batch), 1e-5 * expected, lossName);
      NdArray y = golden.array(IO, targets);
      for (int i = 0; i < batch.size(); i++) {
        Golden.near(y.getDouble(i), dqn.targets()[i], 1e-5, targets + "[" + i + "]");
      }
      if (!gradients.isEmpty()) {
        checkGradientNorms(golden, dqn, "grad_norms_" + gradients);
        checkGradients(golden, dqn, "grad_" + gradients.substring(0, gradients.indexOf('_')) + "/");
      }
      if (gradients.equals("code_huber")) {
        checkWeights(golden, dqn);
      }
    }
  }

  private static TransitionBatch batch(Golden golden) throws IOException {
    NdArray states = golden.array(IO, "state_subset");
    NdArray actions = golden.array(IO, "state");
    NdArray nextStates = golden.array(IO, "next_subset");
    NdArray nextActions = golden.array(IO, "next_state");
    NdArray terminal = golden.array(IO, "final");
    NdArray chosen = golden.array(IO, "action");
    NdArray reward = golden.array(IO, "reward");
    int features = (int) states.shape(2);
    QueryConfig config =
        new QueryConfig((int) states.shape(1), features, (int) actions.shape(2) - features);
    int candidates = (int) actions.shape(1);
    TransitionBatch batch = new TransitionBatch(config, candidates, (int) states.shape(0));
    for (int i = 0; i < batch.capacity(); i++) {
      long s = i * config.stateValues() * Float.BYTES;
      long a = i * config.actionValues(candidates) * Float.BYTES;
      long state = states.buffer().address() + s;
      long pool = actions.buffer().address() + a;
      int action = (int) chosen.getLong(i);
      float r = (float) reward.getDouble(i);
      if (terminal.getLong(i) != 0) {
        batch.addTerminal(state, pool, action, r);
      } else {
        long next = nextStates.buffer().address() + s;
        batch.add(state, pool, action, r, next, nextActions.buffer().address() + a);
      }
    }
    return batch;
  }

  private static DoubleDqn learner(
      Golden golden, TransitionBatch batch, TdLoss loss, Selection selection) throws IOException {
    String weights = golden.array(IO, "weights_file").getText(0);
    DqnConfig config =
        new DqnConfig(
            golden.array(IO, "gamma").getDouble(0),
            loss,
            selection,
            Bootstrap.BATCH_STATISTICS,
            LearningRate.constant(golden.array(IO, "lr").getDouble(0)),
            golden.array(IO, "momentum").getDouble(0),
            golden.array(IO, "weight_decay").getDouble(0),
            2);
    QueryNetwork policy = new QueryNetwork(batch.config(), Backends.cpu(), 1);
    QueryNetwork target = new QueryNetwork(batch.config(), Backends.cpu(), 2);
    DoubleDqn dqn = new DoubleDqn(config, policy, target);
    GoldenQueryNetworkTest.setWeights(golden, weights, "policy/", policy);
    GoldenQueryNetworkTest.setWeights(golden, weights, "target/", target);
    return dqn;
  }

  private static void checkGradientNorms(Golden golden, DoubleDqn dqn, String array)
      throws IOException {
    NdArray names = golden.array(IO, "param_names");
    NdArray norms = golden.array(IO, array);
    double floor = ROUNDING * largest(norms);
    for (long i = 0; i < names.count(); i++) {
      Parameter p = dqn.policy().parameters().get(names.getText(i));
      double tolerance = 1e-3 * norms.getDouble(i) + floor;
      Golden.near(norms.getDouble(i), norm(p.gradient()), tolerance, "gradient of " + p.name());
    }
  }

  private static double largest(NdArray values) {
    double largest = 0;
    for (long i = 0; i < values.count(); i++) {
      largest = Math.max(largest, values.getDouble(i));
    }
    return largest;
  }

  private static void checkGradients(Golden golden, DoubleDqn dqn, String prefix)
      throws IOException {
    double floor = ROUNDING * largest(golden.array(IO, "grad_norms_code_huber"));
    int compared = 0;
    for (String name : names(prefix)) {
      NdArray expected = golden.array(IO, prefix + name);
      double square = 0;
      for (long i = 0; i < expected.count(); i++) {
        square += expected.getDouble(i) * expected.getDouble(i);
      }
      Tensor found = dqn.policy().parameters().get(name).gradient();
      double tolerance = 1e-3 * Math.sqrt(square) + floor;
      for (long i = 0; i < expected.count(); i++) {
        Golden.near(expected.getDouble(i), get(found, i), tolerance, prefix + name + "[" + i + "]");
      }
      compared++;
    }
    assertEquals(14, compared, "arrays " + prefix);
  }

  private static void checkWeights(Golden golden, DoubleDqn dqn) throws IOException {
    NdArray parameters = golden.array(IO, "param_names");
    NdArray norms = golden.array(IO, "param_norms_after_step");
    for (long i = 0; i < parameters.count(); i++) {
      Parameter p = dqn.policy().parameters().get(parameters.getText(i));
      double tolerance = 1e-5 * (1 + norms.getDouble(i));
      Golden.near(norms.getDouble(i), norm(p.value()), tolerance, "weights " + p.name());
    }
    for (String name : names("after_code/")) {
      if (!name.contains(".running_")) {
        NdArray expected = golden.array(IO, "after_code/" + name);
        Tensor found = dqn.policy().parameters().get(name).value();
        for (long i = 0; i < expected.count(); i++) {
          Golden.near(expected.getDouble(i), get(found, i), 1e-5, name + "[" + i + "] after");
        }
      }
    }
    GoldenQueryNetworkTest.checkStatistics(golden, IO, "after_code/", dqn.policy());
  }

  private static List<String> names(String prefix) throws IOException {
    try (NpzReader npz = NpzReader.open(Golden.file(IO))) {
      return npz.names().stream()
          .filter(n -> n.startsWith(prefix))
          .map(n -> n.substring(prefix.length()))
          .toList();
    }
  }

  private static double get(Tensor t, long i) {
    return UnsafeApi.getFloat(t.address() + i * Float.BYTES);
  }

  private static double norm(Tensor t) {
    double sum = 0;
    for (long i = 0; i < t.shape().elements(); i++) {
      sum += get(t, i) * get(t, i);
    }
    return Math.sqrt(sum);
  }

  @Test
  void schedules() throws IOException {
    String file = "08_schedules";
    try (Golden golden = new Golden()) {
      EpsilonSchedule schedule =
          new EpsilonSchedule(
              golden.array(file, "eps_start").getDouble(0),
              golden.array(file, "eps_end").getDouble(0),
              golden.array(file, "eps_decay").getDouble(0));
      assertEquals(EpsilonSchedule.RALIS, schedule);
      NdArray steps = golden.array(file, "eps_steps");
      NdArray expected = golden.array(file, "eps_threshold");
      for (long i = 0; i < steps.count(); i++) {
        Golden.near(expected.getDouble(i), schedule.at(steps.getLong(i)), 1e-12, "epsilon " + i);
      }
      DqnConfig standard = DqnConfig.standard(1e-3, 1);
      Golden.near(golden.array(file, "dqn_gamma").getDouble(0), standard.gamma(), 0, "gamma");
      double decay = golden.array(file, "dqn_lr_gamma").getDouble(0);
      Golden.near(1e-3 * decay * decay, standard.learningRate().at(2), 1e-12, "learning rate");
    }
  }
}
