package dev.assay.rl;

import static dev.assay.rl.Experience.CANDIDATES;
import static dev.assay.rl.Experience.POOLS;
import static dev.assay.rl.Experience.SHAPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.memory.HostBuffer;
import dev.assay.model.QueryConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ReplayBufferTest {
  private static final ReplayConfig SIX_STEPS = Experience.config(6 * POOLS);

  @TempDir Path folder;
  private final Experience experience = new Experience();
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("replay");
  }

  @AfterEach
  void close() {
    experience.close();
  }

  /** All transitions of a buffer as (step, pool), each checked value by value. */
  static Set<Long> contents(ReplayBuffer buffer) {
    Set<Long> found = new TreeSet<>();
    if (buffer.size() == 0) {
      return found;
    }
    try (TransitionBatch batch = Experience.batch(buffer.size())) {
      buffer.sample(1, 2, batch);
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        long step = (long) (batch.reward(i) * 8) / 8;
        int pool = (int) ((batch.reward(i) - step) * 8);
        assertEquals(Experience.action(step, pool), batch.chosen(i));
        assertEquals(Experience.ends(step), batch.terminal(i));
        checkValues(batch.states(), batch.actions(), i, step, pool);
        if (!batch.terminal(i)) {
          checkValues(batch.nextStates(), batch.nextActions(), next++, step + 1, pool);
        }
        assertTrue(found.add(step * POOLS + pool), "twice: step " + step + " pool " + pool);
      }
      assertEquals(next, batch.nonTerminal());
    }
    return found;
  }

  private static void checkValues(long states, long actions, int row, long step, int pool) {
    for (long j = 0; j < SHAPE.stateValues(); j++) {
      float found = Experience.get(states, row * SHAPE.stateValues() + j);
      assertEquals(Experience.stateValue(step, j), found);
    }
    for (long j = 0; j < SHAPE.actionValues(CANDIDATES); j++) {
      float found = Experience.get(actions, row * SHAPE.actionValues(CANDIDATES) + j);
      assertEquals(Experience.poolValue(step, pool, j), found);
    }
  }

  private static Set<Long> steps(long... steps) {
    Set<Long> transitions = new TreeSet<>();
    for (long step : steps) {
      for (int k = 0; k < POOLS; k++) {
        transitions.add(step * POOLS + k);
      }
    }
    return transitions;
  }

  @Test
  void aTransitionCountsOnceItsNextStateIsKnown() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.begin(buffer, 0);
      assertEquals(steps(), contents(buffer));
      experience.complete(buffer, 0, false);
      assertEquals(steps(), contents(buffer));
      experience.begin(buffer, 1);
      assertEquals(steps(0), contents(buffer));
      experience.complete(buffer, 1, false);
      experience.live(buffer, 2, 5);
      assertEquals(steps(0, 1, 2, 3, 4), contents(buffer), "step 4 ends its episode");
    }
  }

  @Test
  void theOldestStepMakesRoom() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 40);
      assertEquals(steps(34, 35, 36, 37, 38, 39), contents(buffer));
      assertEquals(40, buffer.completedSteps());
      long bytes = Files.size(file);
      experience.live(buffer, 40, 80);
      assertEquals(bytes, Files.size(file));
    }
  }

  @Test
  void reopensWithTheSameSamples() throws IOException {
    try (TransitionBatch before = Experience.batch(9);
        TransitionBatch after = Experience.batch(9)) {
      try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
        experience.live(buffer, 0, 15);
        buffer.sample(5, 77, before);
      }
      try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
        assertEquals(15, buffer.completedSteps());
        buffer.sample(5, 77, after);
        assertArrayEquals(rewards(before), rewards(after));
        buffer.sample(5, 78, after);
        assertFalse(Arrays.equals(rewards(before), rewards(after)));
        buffer.sample(6, 77, after);
        assertFalse(Arrays.equals(rewards(before), rewards(after)));
      }
    }
  }

  private static float[] rewards(TransitionBatch batch) {
    float[] rewards = new float[batch.size()];
    for (int i = 0; i < rewards.length; i++) {
      rewards[i] = batch.reward(i);
    }
    return rewards;
  }

  /** 24 transitions, 3000 draws of 4: each is expected 500 times with a deviation of 20. */
  @Test
  void samplesUniformly() throws IOException {
    int[] seen = new int[24];
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS);
        TransitionBatch batch = Experience.batch(4)) {
      experience.live(buffer, 0, 5);
      experience.begin(buffer, 5);
      experience.complete(buffer, 5, true);
      for (int draw = 0; draw < 3000; draw++) {
        buffer.sample(3, draw, batch);
        for (int i = 0; i < 4; i++) {
          seen[(int) (batch.reward(i) * 8) / 8 * POOLS + (int) (batch.reward(i) * 8) % 8]++;
        }
      }
    }
    for (int count : seen) {
      assertEquals(500, count, 100, Arrays.toString(seen));
    }
  }

  /**
   * A killed writer leaves the file as it was at some moment, and a disk that lost power less: cut
   * off anywhere, what remains are whole steps from the oldest on, and living on repairs the rest.
   */
  @Test
  void survivesBeingCutAnywhere() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 6);
    }
    byte[] whole = Files.readAllBytes(file);
    int slot = (int) ReplayFormat.stepBytes(SHAPE, POOLS, CANDIDATES);
    Random random = new Random(11);
    for (int trial = 0; trial < 60; trial++) {
      int length = trial == 0 ? whole.length - 1 : random.nextInt(whole.length);
      Files.write(file, Arrays.copyOf(whole, length));
      try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
        long kept = buffer.completedSteps();
        assertEquals(wholeSteps(length, slot), kept, "length " + length);
        // The last step waits for its next state, unless it is step 4, which ends its episode.
        long eligible = kept == 5 ? 5 : Math.max(0, kept - 1);
        assertEquals(eligible * POOLS, contents(buffer).size());
        experience.live(buffer, kept, 6);
        assertEquals(steps(0, 1, 2, 3, 4), contents(buffer));
      }
    }
  }

  private static int wholeSteps(int length, int slot) {
    int whole = 0;
    while (ReplayFormat.HEADER_BYTES + whole * slot + used() <= length) {
      whole++;
    }
    return whole;
  }

  /** Bytes of a slot without its padding. */
  private static int used() {
    return (int)
        (ReplayFormat.contentsAt(POOLS)
            + Float.BYTES * (SHAPE.stateValues() + SHAPE.actionValues(POOLS * CANDIDATES)));
  }

  /** Any byte of a step, turned over: the step goes and its neighbours stay. */
  @Test
  void damagedStepsAreDropped() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 5);
    }
    byte[] whole = Files.readAllBytes(file);
    int slot = (int) ReplayFormat.stepBytes(SHAPE, POOLS, CANDIDATES);
    Random random = new Random(12);
    int decision = ReplayFormat.DECISION_AT + random.nextInt(ReplayFormat.decisionBytes(POOLS));
    int contents = (int) ReplayFormat.contentsAt(POOLS);
    int[] places = {8, 13, decision, contents + 1, contents + random.nextInt(used() - contents)};
    for (int place : places) {
      byte[] damaged = whole.clone();
      damaged[ReplayFormat.HEADER_BYTES + 2 * slot + place] ^= 4;
      Files.write(file, damaged);
      try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
        assertEquals(steps(0, 3, 4), contents(buffer), "byte " + place);
        assertEquals(5, buffer.completedSteps());
      }
    }
  }

  /** Killed while the oldest slot was overwritten: stamp of the old step, contents of both. */
  @Test
  void aHalfOverwrittenSlotIsNeitherStep() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 8);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long at = ReplayFormat.HEADER_BYTES + ReplayFormat.contentsAt(POOLS);
      channel.write(ByteBuffer.allocate(100).put(0, new byte[] {1, 2, 3}), at);
    }
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      assertEquals(8, buffer.completedSteps());
      assertEquals(steps(2, 3, 4, 5, 6), contents(buffer));
    }
  }

  @Test
  void aStepThatHadOnlyBegunIsRepeated() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 3);
      experience.begin(buffer, 3);
    }
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      assertEquals(3, buffer.completedSteps());
      assertEquals(steps(0, 1), contents(buffer));
      experience.live(buffer, 3, 4);
      assertEquals(steps(0, 1, 2), contents(buffer));
    }
  }

  @Test
  void oneStepCanBeTakenBackExactly() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 20);
      experience.begin(buffer, 20);
      Set<Long> before = contents(buffer);
      experience.complete(buffer, 20, false);
      experience.begin(buffer, 21);
      buffer.rewind(20);
      experience.begin(buffer, 20);
      assertEquals(before, contents(buffer));
      assertThrows(IllegalArgumentException.class, () -> buffer.rewind(21));
    }
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      assertEquals(20, buffer.completedSteps());
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS)) {
      experience.live(buffer, 0, 2);
      assertMessage(IOException.class, "open already", () -> ReplayBuffer.open(file, SIX_STEPS));
    }
    assertMessage(
        IOException.class,
        "slots is 8, expected 5",
        () -> ReplayBuffer.open(file, Experience.config(3 * POOLS)));
    ReplayConfig other = new ReplayConfig(new QueryConfig(6, 4, 4), POOLS, CANDIDATES, 24);
    assertMessage(
        IOException.class, "features is 5, expected 4", () -> ReplayBuffer.open(file, other));
    Files.write(file, new byte[8192]);
    assertMessage(IOException.class, "no intact header", () -> ReplayBuffer.open(file, SIX_STEPS));
    assertEquals(8192, Files.size(file));
  }

  @Test
  void mistakesAreRefused() throws IOException {
    try (ReplayBuffer buffer = ReplayBuffer.open(file, SIX_STEPS);
        TransitionBatch batch = Experience.batch(5);
        TransitionBatch other = new TransitionBatch(SHAPE, 2, 4)) {
      Class<IllegalStateException> state = IllegalStateException.class;
      assertMessage(state, "no step has begun", () -> experience.complete(buffer, 0, false));
      experience.begin(buffer, 0);
      assertMessage(state, "step 0 has begun", () -> experience.begin(buffer, 0));
      int[] actions = {0, 1, 2, 3};
      assertMessage(
          IllegalArgumentException.class,
          "pool 3: action=3",
          () -> buffer.complete(actions, new float[4], false));
      experience.complete(buffer, 0, true);
      assertMessage(state, "buffer of 4", () -> buffer.sample(1, 1, batch));
      assertMessage(
          IllegalArgumentException.class, "2 candidates", () -> buffer.sample(1, 1, other));
    }
  }

  private static void assertMessage(Class<? extends Exception> type, String part, Executable call) {
    String message = assertThrows(type, call).getMessage();
    assertTrue(message.contains(part), message);
  }

  /** RALIS' Cityscapes buffer: 3200 transitions, 1280 state regions, pools of 100 candidates. */
  @Test
  void cityscapesFitsOnTheDisk() {
    QueryConfig cityscapes = new QueryConfig(1280, 212, 64);
    for (int pools : new int[] {4, 16, 256}) {
      ReplayConfig config = new ReplayConfig(cityscapes, pools, 100, 3200);
      long bytes = config.fileBytes();
      assertTrue(bytes < 2_000_000_000L, pools + " pools: " + bytes + " bytes");
    }
  }

  /** More than is kept mapped: addresses are taken anew between samples. */
  @Test
  void samplesBeyondWhatIsResident() throws IOException {
    QueryConfig wide = new QueryConfig(1000, 1000, 10);
    ReplayConfig config = new ReplayConfig(wide, 2, 3, 12);
    try (ReplayBuffer buffer = ReplayBuffer.open(file, config);
        HostBuffer state = HostBuffer.floats("state", wide.stateValues());
        HostBuffer pools = HostBuffer.floats("pools", wide.actionValues(6));
        TransitionBatch batch = new TransitionBatch(wide, 3, 8)) {
      for (int step = 0; step < 6; step++) {
        state.putFloat(wide.stateValues() - 1, (float) step);
        buffer.begin(state.address(), pools.address());
        buffer.complete(new int[2], new float[] {step, step}, true);
      }
      for (int draw = 0; draw < 8; draw++) {
        buffer.sample(1, draw, batch);
        for (int i = 0; i < 8; i++) {
          long last = (i + 1) * wide.stateValues() - 1;
          assertEquals(batch.reward(i), Experience.get(batch.states(), last));
        }
      }
    }
  }
}
