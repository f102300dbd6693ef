package dev.assay.data;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Prepares augmented batches off the training thread, in a ring of reused {@link Batch} objects.
 *
 * <p>The batch of step {@code s} depends on the items, the configuration and {@code s} alone:
 * sample {@code k} is the item at position {@code s * batch + k} of the shuffled epochs. A loader
 * that starts at {@code firstStep} therefore gives exactly what an uninterrupted one would give
 * from there on, with any number of threads.
 *
 * <p>One consumer thread calls {@link #next}, {@link #recycle} and {@link #close}. The loader owns
 * its batches. The items must stay open and unchanged until {@link #close()} returns.
 */
public final class BatchLoader implements AutoCloseable {
  private final TrainingItems items;
  private final LoaderConfig config;
  private final Augmentation augmentation;
  private final Batch[] all;
  private final Thread[] workers;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<Batch> free;

  /** Filled batches, that of step s at s modulo the ring's size. */
  private final Batch[] ready;

  private final Batch[] lent;
  private int lentCount;
  private long nextToFill;
  private long nextToGive;
  private Throwable failure;
  private boolean closed;

  /**
   * Starts prefetching.
   *
   * @param firstStep number of the batch that the first {@link #next()} returns
   * @throws IllegalArgumentException if there are no items or {@code firstStep} is negative
   */
  public BatchLoader(TrainingItems items, LoaderConfig config, long firstStep) {
    if (items.size() < 1) {
      throw new IllegalArgumentException("items.size()=" + items.size() + " must be >= 1");
    }
    if (firstStep < 0) {
      throw new IllegalArgumentException("firstStep=" + firstStep + " must be >= 0");
    }
    this.items = items;
    this.config = config;
    this.augmentation = new Augmentation(config);
    this.nextToFill = firstStep;
    this.nextToGive = firstStep;
    this.all = allocate(config);
    this.free = new ArrayDeque<>(Arrays.asList(all));
    this.ready = new Batch[all.length];
    this.lent = new Batch[all.length];
    this.workers = new Thread[config.threads()];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Thread(this::work, "assay-loader-" + i);
      workers[i].setDaemon(true);
      workers[i].start();
    }
  }

  private static Batch[] allocate(LoaderConfig config) {
    Batch[] batches = new Batch[config.batches()];
    try {
      for (int i = 0; i < batches.length; i++) {
        batches[i] = new Batch(config.batch(), config.cropH(), config.cropW());
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      closeAll(batches);
      throw e;
    }
    return batches;
  }

  /**
   * The next step's batch, waiting for it if it is not ready. Give it back with {@link #recycle}.
   *
   * @throws IllegalStateException if the loader is closed, every batch of the ring is out, or
   *     preparing failed (the failure is the cause)
   */
  public Batch next() {
    lock.lock();
    try {
      int slot = (int) (nextToGive % ready.length);
      if (lentCount == all.length) {
        throw new IllegalStateException(
            "all " + all.length + " batches are out; recycle one before asking for the next");
      }
      while (ready[slot] == null && failure == null && !closed) {
        filled.awaitUninterruptibly();
      }
      if (closed) {
        throw new IllegalStateException("BatchLoader is closed");
      }
      if (ready[slot] == null) {
        throw new IllegalStateException(
            "preparing a batch failed at or after step " + nextToGive + ": " + failure, failure);
      }
      Batch batch = ready[slot];
      ready[slot] = null;
      lent[lentCount++] = batch;
      nextToGive++;
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes back a batch that {@link #next} gave.
   *
   * @throws IllegalArgumentException if it is not out
   */
  public void recycle(Batch batch) {
    lock.lock();
    try {
      for (int i = 0; i < lentCount; i++) {
        if (lent[i] == batch) {
          lent[i] = lent[--lentCount];
          lent[lentCount] = null;
          free.add(batch);
          freed.signal();
          return;
        }
      }
      throw new IllegalArgumentException("batch is not out of this loader, or was recycled before");
    } finally {
      lock.unlock();
    }
  }

  /** Stops the threads and frees the batches, lent ones included; idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      freed.signalAll();
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    closeAll(all);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    EpochOrder order = new EpochOrder(items.size(), config.seed(), config.epochShuffle());
    try {
      while (true) {
        Batch batch;
        long step;
        lock.lock();
        try {
          while (free.isEmpty() && !closed && failure == null) {
            freed.awaitUninterruptibly();
          }
          if (closed || failure != null) {
            return;
          }
          batch = free.remove();
          step = nextToFill++;
        } finally {
          lock.unlock();
        }
        fill(batch, step, order);
        publish(batch, step);
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void fill(Batch batch, long step, EpochOrder order) {
    for (int k = 0; k < config.batch(); k++) {
      augmentation.fill(items, order.item(step * config.batch() + k), step, k, batch);
    }
  }

  private void publish(Batch batch, long step) {
    lock.lock();
    try {
      ready[(int) (step % ready.length)] = batch;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
      filled.signalAll();
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void closeAll(Batch[] batches) {
    for (Batch batch : batches) {
      if (batch != null) {
        batch.close();
      }
    }
  }
}
