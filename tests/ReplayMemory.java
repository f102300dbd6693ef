import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import dev.assay.rl.ReplayBuffer;
import dev.assay.rl.ReplayConfig;
import dev.assay.rl.TransitionBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Fills RALIS' Cityscapes replay buffer twice over (3200 transitions, 256 pools of 100 candidates a
 * step, 1280 state regions), samples a batch after every step as the learner does, and prints its
 * size on disk and the most this process had resident, both in bytes. The argument is the file.
 */
final class ReplayMemory {
  private static final QueryConfig NETWORK = new QueryConfig(1280, 212, 64);
  private static final int POOLS = 256;
  private static final int CANDIDATES = 100;
  private static final int BATCH = 16;
  private static final int STEPS_PER_EPISODE = 16;

  private ReplayMemory() {}

  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[0]);
    ReplayConfig config = new ReplayConfig(NETWORK, POOLS, CANDIDATES, 3200, STEPS_PER_EPISODE);
    try (ReplayBuffer replay = ReplayBuffer.open(file, config);
        HostBuffer state = HostBuffer.floats("state", NETWORK.stateValues());
        HostBuffer pools =
            HostBuffer.floats("pools", NETWORK.actionValues((long) POOLS * CANDIDATES));
        TransitionBatch batch = new TransitionBatch(NETWORK, CANDIDATES, BATCH)) {
      fill(state, 1);
      fill(pools, 2);
      int steps = 2 * (config.steps() + 1 + config.undo());
      for (int step = 0; step < steps; step++) {
        replay.begin(state.address(), pools.address());
        boolean ends = (step + 1) % STEPS_PER_EPISODE == 0;
        replay.complete(new int[POOLS], new float[POOLS], ends);
        if (replay.size() >= BATCH) {
          replay.sample(1, step, batch);
        }
      }
      System.out.println(replay.size() + " " + Files.size(file) + " " + peakResident());
    }
  }

  private static void fill(HostBuffer buffer, long seed) {
    Random random = new Random(seed);
    for (long i = 0; i < buffer.bytes() / Float.BYTES; i++) {
      buffer.putFloat(i, random.nextFloat());
    }
  }

  private static long peakResident() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
