package dev.assay.bench;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import dev.assay.model.QueryNetwork;
import dev.assay.nn.backend.Backends;
import dev.assay.rl.DoubleDqn;
import dev.assay.rl.DqnConfig;
import dev.assay.rl.Greedy;
import dev.assay.rl.TransitionBatch;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does the query network take to choose 24 regions among 24 x 20 candidates of CamVid, and
 * how long one update from 16 transitions? State 240 x 204, candidates of 268 features. Threads are
 * those of {@code OMP_NUM_THREADS}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class QueryNetworkBench {
  private static final QueryConfig CAMVID = new QueryConfig(240, 204, 64);
  private static final int POOLS = 24;
  private static final int CANDIDATES = 20;
  private static final int TRANSITIONS = 16;

  /** How the update sees next states. */
  @Param({"EVALUATION", "BATCH_STATISTICS"})
  public DqnConfig.Bootstrap bootstrap;

  private final int[] actions = new int[POOLS];
  private HostBuffer state;
  private HostBuffer candidates;
  private HostBuffer q;
  private TransitionBatch batch;
  private DoubleDqn dqn;

  /** Fills everything with noise, and checks that both calls give finite numbers. */
  @Setup(Level.Trial)
  public void setUp() {
    SplittableRandom random = new SplittableRandom(1);
    state = noise(random, CAMVID.stateValues());
    candidates = noise(random, CAMVID.actionValues((long) POOLS * CANDIDATES));
    q = HostBuffer.floats("q", (long) POOLS * CANDIDATES);
    dqn =
        new DoubleDqn(
            DqnConfig.standard(1e-4, 1000).with(bootstrap),
            new QueryNetwork(CAMVID, Backends.cpu(), 1),
            new QueryNetwork(CAMVID, Backends.cpu(), 2));
    fillBatch(random);
    double loss = update();
    if (!Double.isFinite(loss) || act() < 0) {
      throw new IllegalStateException("loss " + loss);
    }
  }

  private static HostBuffer noise(SplittableRandom random, long count) {
    HostBuffer values = HostBuffer.floats("noise", count);
    for (long i = 0; i < count; i++) {
      values.putFloat(i, (float) random.nextDouble(-1, 1));
    }
    return values;
  }

  /** One transition in 20 ends its episode, as with 480 regions in steps of 24. */
  private void fillBatch(SplittableRandom random) {
    batch = new TransitionBatch(CAMVID, CANDIDATES, TRANSITIONS);
    for (int i = 0; i < TRANSITIONS; i++) {
      try (HostBuffer s = noise(random, CAMVID.stateValues());
          HostBuffer next = noise(random, CAMVID.stateValues());
          HostBuffer pools = noise(random, CAMVID.actionValues(2 * CANDIDATES))) {
        int action = random.nextInt(CANDIDATES);
        float reward = (float) random.nextDouble(-1, 1);
        long nextPool = pools.floatAddress(CAMVID.actionValues(CANDIDATES));
        if (i == 0) {
          batch.addTerminal(s.address(), pools.address(), action, reward);
        } else {
          batch.add(s.address(), pools.address(), action, reward, next.address(), nextPool);
        }
      }
    }
  }

  /** Frees everything. */
  @TearDown(Level.Trial)
  public void tearDown() {
    dqn.close();
    batch.close();
    q.close();
    candidates.close();
    state.close();
  }

  /** The state taken in once, all candidates valued, the best of each pool. */
  @Benchmark
  public int act() {
    dqn.policy().observe(state.address(), 1);
    dqn.policy().value(candidates.address(), 1, POOLS * CANDIDATES, q.address());
    Greedy.choose(q.address(), POOLS, CANDIDATES, actions);
    return actions[POOLS - 1];
  }

  /** Targets, loss, gradients and one step of SGD. */
  @Benchmark
  public double update() {
    return dqn.update(batch);
  }
}
