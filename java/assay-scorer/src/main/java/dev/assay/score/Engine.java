package dev.assay.score;

import dev.assay.device.Backend;
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
 * are still open when it closes, which it closes last-opened first.
 */
public final class Engine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private final Exec exec;
  private final Deque<Session> sessions = new ArrayDeque<>();
  private boolean closed;

  private Engine(Exec exec) {
    this.exec = exec;
  }

  /** An engine on the CPU with {@code threads} threads per call; 0 means all. */
  public static Engine cpu(int threads) {
    return new Engine(Exec.cpu(threads));
  }

  /**
   * An engine on the back end that was asked for. {@code AUTO} without a usable GPU takes the CPU
   * and says why in one WARN line per process.
   *
   * @throws NoSuchDeviceException if {@code CUDA} was asked for and cannot be had
   */
  public static Engine open(Backend backend, int threads) {
    if (backend != Backend.CPU) {
      String reason = whyNoCuda();
      if (backend == Backend.CUDA) {
        throw new NoSuchDeviceException("backend=cuda: " + reason);
      }
      if (WARNED.compareAndSet(false, true)) {
        LOG.warn("backend=auto uses the CPU: {}", reason);
      }
    }
    return cpu(threads);
  }

  private static String whyNoCuda() {
    NativeLibrary.Cuda cuda = NativeLibrary.cuda();
    return cuda.available()
        ? cuda.devices() + " device(s) found, but the engine owns no device memory yet"
        : cuda.reason();
  }

  /** How this engine's calls run. */
  public Exec exec() {
    return exec;
  }

  /** Where this engine's data lie. */
  public Device device() {
    return exec.device();
  }

  /** A session for one thread. */
  public synchronized Session session() {
    if (closed) {
      throw new IllegalStateException("Engine on " + device() + " is closed");
    }
    Session session = new Session(this);
    sessions.push(session);
    return session;
  }

  synchronized void forget(Session session) {
    sessions.remove(session);
  }

  /** Closes the sessions that are still open; idempotent. */
  @Override
  public void close() {
    List<Session> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(sessions);
    }
    RuntimeException failure = null;
    for (Session session : open) {
      try {
        session.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
