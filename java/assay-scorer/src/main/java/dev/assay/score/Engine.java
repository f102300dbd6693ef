package dev.assay.score;

import dev.assay.device.Backend;
import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.Exec;
import dev.assay.device.NoSuchDeviceException;
import dev.assay.kernel.NativeLibrary;
import dev.assay.memory.Device;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scorer: knows the device, hands out sessions. Shared by threads; owner of the sessions that
 * are still open when it closes, which it closes last-opened first, and of a device that it opened.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private final Exec exec;
  private final CudaDevice device;
  private final boolean owned;
  private final Deque<Session> sessions = new ArrayDeque<>();
  private boolean closed;

  private Engine(Exec exec, CudaDevice device, boolean owned) {
    this.exec = exec;
    this.device = device;
    this.owned = owned;
  }

  /** An engine on the CPU with {@code threads} threads per call; 0 means all. */
  public static Engine cpu(int threads) {
    return new Engine(Exec.cpu(threads), null, false);
  }

  /**
   * An engine on a GPU, which it opens and closes.
   *
   * @param ordinal the device's number
   * @param threads CPU threads, for what runs beside the GPU; 0 means all
   * @param memoryCap most bytes of device memory to allocate; 0 for all there is
   * @throws NoSuchDeviceException with the reason, if it cannot be had
   */
  public static Engine cuda(int ordinal, int threads, long memoryCap) {
    requireKernels(ordinal);
    CudaDevice device = CudaDevice.open(ordinal, memoryCap);
    try {
      return on(device, threads, true);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /**
   * An engine on a GPU that stays the caller's, who closes it after the engine: what other code
   * computes on it is scored where it lies.
   *
   * @param threads CPU threads, for what runs beside the GPU; 0 means all
   * @throws NoSuchDeviceException with the reason, if the kernels cannot run on it
   */
  public static Engine on(CudaDevice device, int threads) {
    requireKernels(device.device().ordinal());
    return on(device, threads, false);
  }

  private static Engine on(CudaDevice device, int threads, boolean owned) {
    CudaStream stream = device.newStream();
    return new Engine(new Exec(device.device(), stream, threads), device, owned);
  }

  /** Why no GPU can be used here, one line: no driver, say, or no kernels; null when one can. */
  public static String whyNotCuda() {
    String driver = CudaDevice.whyNot();
    if (driver != null) {
      return driver;
    }
    NativeLibrary.Cuda kernels = NativeLibrary.cuda();
    return kernels.available() ? null : kernels.reason();
  }

  private static void requireKernels(int ordinal) {
    String reason = whyNotCuda();
    if (reason != null) {
      throw new NoSuchDeviceException("cuda:" + ordinal + ": " + reason);
    }
  }

  /** As {@link #open(Backend, int, long)}, without a cap on device memory. */
  public static Engine open(Backend backend, int threads) {
    return open(backend, threads, 0);
  }

  /** As {@link #open(Backend, int, int, long)}, on the first GPU. */
  public static Engine open(Backend backend, int threads, long memoryCap) {
    return open(backend, 0, threads, memoryCap);
  }

  /**
   * An engine on the back end that was asked for. {@code AUTO} without a usable GPU takes the CPU
   * and says why in one WARN line per process.
   *
   * @param ordinal number of the GPU; means nothing on the CPU
   * @param memoryCap most bytes of device memory to allocate; 0 for all there is
   * @throws NoSuchDeviceException if {@code CUDA} was asked for and cannot be had
   */
  public static Engine open(Backend backend, int ordinal, int threads, long memoryCap) {
    if (backend == Backend.CPU) {
      return cpu(threads);
    }
    try {
      return cuda(ordinal, threads, memoryCap);
    } catch (NoSuchDeviceException e) {
      if (backend == Backend.CUDA) {
        throw new NoSuchDeviceException("backend=cuda: " + e.getMessage());
      }
      if (WARNED.compareAndSet(false, true)) {
        LOG.warn("backend=auto uses the CPU: {}", e.getMessage());
      }
      return cpu(threads);
    }
  }

  /** How this engine's calls run. */
  public Exec exec() {
    return exec;
  }

  /** Where this engine's data lie. */
  public Device device() {
    return exec.device();
  }

  /**
   * The GPU, for memory and streams of the caller's own.
   *
   * @throws IllegalStateException on the CPU
   */
  public CudaDevice cudaDevice() {
    if (device == null) {
      throw new IllegalStateException("Engine on " + device() + " has no GPU");
    }
    return device;
  }

  /** A session for one thread; on a GPU it has a stream of its own. */
  public Session session() {
    return device == null ? open(exec, null) : session(device.newStream(), true);
  }

  /**
   * A session for one thread whose calls are ordered behind other work on {@code stream}, which
   * stays the caller's: scores that were computed on it need no waiting.
   */
  public Session session(CudaStream stream) {
    if (stream.device() != cudaDevice()) {
      throw new IllegalArgumentException(stream + " must be a stream of " + cudaDevice());
    }
    return session(stream, false);
  }

  private Session session(CudaStream stream, boolean own) {
    return open(new Exec(device(), stream, exec.threads()), own ? stream : null);
  }

  private synchronized Session open(Exec how, CudaStream own) {
    if (closed) {
      throw new IllegalStateException("Engine on " + device() + " is closed");
    }
    Session session = new Session(this, how, own);
    sessions.push(session);
    return session;
  }

  synchronized void forget(Session session) {
    sessions.remove(session);
  }

  private synchronized List<Session> lastOpenedFirst() {
    closed = true;
    return List.copyOf(sessions);
  }

  /** Closes the sessions that are still open, and the device if it is the engine's; idempotent. */
  @Override
  public void close() {
    Closing closing = new Closing();
    lastOpenedFirst().forEach(closing::close);
    if (device != null) {
      closing.close(exec.stream());
    }
    if (owned) {
      closing.close(device);
    }
    closing.finish();
  }
}
