package dev.assay.format;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.PixelSignal;
import dev.assay.score.ScoreSource;
import dev.assay.score.Session;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spoiled files: each of {@value #CASES} ends in one of our exceptions that names the file, or is
 * read to its end; none hangs, crashes, or allocates what its size does not justify.
 *
 * <p>{@code -Dassay.fuzz.seed=N} runs case N alone, as the failure message says.
 */
class HostileFilesTest {
  private static final int CASES = 100_000;
  private static final long CASE_LIMIT_NANOS = 10_000_000_000L;

  /** Heap that one case may take: a header is at most 1 MiB and is held a few times over. */
  private static final long HEAP_CAP = 32 << 20;

  /** Off-heap memory that all cases may add to the process, which never gives back its peak. */
  private static final long RESIDENT_CAP = 1L << 30;

  @TempDir static Path folder;
  private static final List<Path> PATHS = new ArrayList<>();
  private static final List<byte[]> FILES = new ArrayList<>();

  private final AtomicLong seed = new AtomicLong(-1);
  private final AtomicLong started = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private int readable;

  /** One file of each kind of reading: mapped, copied, swapped, narrowed, gathered, inflated. */
  @BeforeAll
  static void files() throws IOException {
    float[] values = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < values.length; i++) {
      values[i] = i % 7;
    }
    byte[] little = TestFiles.floats(ByteOrder.LITTLE_ENDIAN, values);
    byte[] big = TestFiles.floats(ByteOrder.BIG_ENDIAN, values);
    byte[] plain = TestFiles.npy("<f4", false, "(2, 3, 4, 5)", little);
    byte[] fortran = TestFiles.npy("<f4", true, "(2, 3, 4, 5)", little);
    Map<String, byte[]> members = new LinkedHashMap<>();
    members.put("a.npy", plain);
    members.put("b.npy", fortran);
    add("plain.npy", plain);
    add("fortran.npy", fortran);
    add("swapped.npy", TestFiles.npy(">f4", false, "(2, 3, 4, 5)", big));
    add("wide.npy", TestFiles.npy("<f8", false, "(1, 3, 4, 5)", little));
    add("stored.npz", TestFiles.zip(members, true, 2));
    add("deflated.npz", TestFiles.zip(members, false, 0));
    add("one.safetensors", TestFiles.safetensors("x", "F32", "[2, 3, 4, 5]", little));
    add("half.safetensors", TestFiles.safetensors("x", "BF16", "[4, 3, 4, 5]", little));
  }

  private static void add(String name, byte[] bytes) {
    PATHS.add(folder.resolve(name));
    FILES.add(bytes);
  }

  @Test
  void everySpoiledFileEndsInAnErrorOrAResult() throws Exception {
    String only = System.getProperty("assay.fuzz.seed");
    long residentBefore = peakResident();
    Thread worker = new Thread(() -> runAll(only), "fuzz");
    worker.setDaemon(true);
    worker.start();
    while (worker.isAlive()) {
      worker.join(200);
      long running = System.nanoTime() - started.get();
      if (worker.isAlive() && seed.get() >= 0 && running > CASE_LIMIT_NANOS) {
        fail(replay() + ": still running after " + running / 1_000_000 + " ms");
      }
    }
    if (failure.get() != null) {
      throw new AssertionError(replay(), failure.get());
    }
    long grown = peakResident() - residentBefore;
    assertTrue(grown < RESIDENT_CAP, "resident memory grew by " + grown + " bytes");
    if (only == null) {
      // Spoiling values leaves a file readable, spoiling structure does not: both must happen.
      assertTrue(readable > CASES / 100 && readable < CASES, readable + " files were readable");
    }
  }

  private String replay() {
    return "case " + seed + " (-Dassay.fuzz.seed=" + seed + " runs it alone)";
  }

  private void runAll(String only) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Engine engine = Engine.cpu(1);
        Session session = engine.session()) {
      if (only != null) {
        run(Long.parseLong(only), session, threads);
        return;
      }
      for (long i = 0; i < CASES; i++) {
        run(i, session, threads);
      }
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  private void run(long number, Session session, ThreadMXBean threads) throws IOException {
    started.set(System.nanoTime());
    seed.set(number);
    int kind = (int) (number % PATHS.size());
    Path file = PATHS.get(kind);
    byte[] spoiled = Mutation.apply(FILES.get(kind), new SplittableRandom(number));
    Files.write(file, spoiled);
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      score(file, session);
      readAll(file);
      readable++;
    } catch (FormatException | IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.contains(file.getFileName().toString()) && !message.contains("NaN scores")) {
        throw new AssertionError("the message names no file: " + message, e);
      }
    }
    long heap = threads.getCurrentThreadAllocatedBytes() - before;
    if (heap > HEAP_CAP) {
      throw new AssertionError(spoiled.length + " bytes of file took " + heap + " bytes of heap");
    }
  }

  /** As {@code assay score} reads it, through the kernels. */
  private static void score(Path file, Session session) throws IOException {
    try (ScoreSource source = ScoreFiles.open(List.of(file), Layout.NCHW, "logits")) {
      for (TensorView image = source.next(); image != null; image = source.next()) {
        session.pixelSignals(image, EnumSet.of(PixelSignal.ENTROPY));
      }
    }
  }

  /** As {@code assay kernel} and the golden tests read it. */
  private static void readAll(Path file) throws IOException {
    try (ArrayFile opened = ArrayFile.open(file)) {
      for (String name : opened.names()) {
        opened.read(name).close();
      }
    }
  }

  /** The process's largest resident size so far. */
  private static long peakResident() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return 1024 * Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status: found no VmHWM line");
  }
}
