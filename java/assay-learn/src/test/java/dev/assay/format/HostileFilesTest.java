package dev.assay.format;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.assay.memory.Layout;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import dev.assay.score.NanScoresException;
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

  private static final int WORKERS = 2;

  @TempDir static Path folder;
  private static final Map<String, byte[]> FILES = new LinkedHashMap<>();

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
    FILES.put("plain.npy", plain);
    FILES.put("fortran.npy", fortran);
    FILES.put("swapped.npy", TestFiles.npy(">f4", false, "(2, 3, 4, 5)", big));
    FILES.put("wide.npy", TestFiles.npy("<f8", false, "(1, 3, 4, 5)", little));
    FILES.put("stored.npz", TestFiles.zip(members, true, 2));
    FILES.put("deflated.npz", TestFiles.zip(members, false, 0));
    FILES.put("one.safetensors", TestFiles.safetensors("x", "F32", "[2, 3, 4, 5]", little));
    FILES.put("half.safetensors", TestFiles.safetensors("x", "BF16", "[4, 3, 4, 5]", little));
  }

  @Test
  void everySpoiledFileEndsInAnErrorOrAResult() throws Exception {
    String only = System.getProperty("assay.fuzz.seed");
    long residentBefore = peakResident();
    List<Worker> workers = new ArrayList<>();
    for (int i = 0; i < (only == null ? WORKERS : 1); i++) {
      workers.add(only == null ? new Worker(i, CASES, WORKERS) : new Worker(only));
    }
    workers.forEach(Worker::start);
    for (Worker worker : workers) {
      worker.await();
    }
    long grown = peakResident() - residentBefore;
    assertTrue(grown < RESIDENT_CAP, "resident memory grew by " + grown + " bytes");
    if (only == null) {
      // Spoiling values leaves a file readable, spoiling structure does not: both must happen.
      int readable = workers.stream().mapToInt(w -> w.readable).sum();
      assertTrue(readable > CASES / 100 && readable < CASES, readable + " files were readable");
    }
  }

  /** Runs every {@code step}-th case on files of its own. */
  private static final class Worker extends Thread {
    private final long first;
    private final long end;
    private final int step;
    private final AtomicLong seed = new AtomicLong();
    private final AtomicLong started = new AtomicLong(System.nanoTime());
    private volatile Throwable failure;
    private volatile int readable;

    Worker(long first, long end, int step) {
      super("fuzz " + first);
      setDaemon(true);
      this.first = first;
      this.end = end;
      this.step = step;
    }

    Worker(String only) {
      this(Long.parseLong(only), Long.parseLong(only) + 1, 1);
    }

    void await() throws InterruptedException {
      while (isAlive()) {
        join(200);
        long running = System.nanoTime() - started.get();
        if (isAlive() && running > CASE_LIMIT_NANOS) {
          fail(replay() + ": still running after " + running / 1_000_000 + " ms");
        }
      }
      if (failure != null) {
        throw new AssertionError(replay(), failure);
      }
    }

    private String replay() {
      return "case " + seed + " (-Dassay.fuzz.seed=" + seed + " runs it alone)";
    }

    @Override
    public void run() {
      List<String> names = List.copyOf(FILES.keySet());
      int succeeded = 0;
      try (Engine engine = Engine.cpu(1);
          Session session = engine.session()) {
        Path own = Files.createDirectories(folder.resolve("from" + first));
        for (long i = first; i < end; i += step) {
          started.set(System.nanoTime());
          seed.set(i);
          String name = names.get((int) (i % names.size()));
          byte[] spoiled = Mutation.apply(FILES.get(name), new SplittableRandom(i));
          succeeded += isReadable(Files.write(own.resolve(name), spoiled), session) ? 1 : 0;
        }
      } catch (Throwable e) {
        failure = e;
      }
      readable = succeeded;
    }
  }

  private static boolean isReadable(Path file, Session session) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean readable = false;
    try {
      score(file, session);
      readAll(file);
      readable = true;
    } catch (FormatException | NanScoresException e) {
      if (e instanceof FormatException && !e.getMessage().contains(file.toString())) {
        throw new AssertionError("the message names no file: " + e.getMessage(), e);
      }
    }
    long heap = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(heap < HEAP_CAP, "the case took " + heap + " bytes of heap");
    return readable;
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
