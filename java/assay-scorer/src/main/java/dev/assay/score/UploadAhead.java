package dev.assay.score;

import dev.assay.device.CudaEvent;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Another source's scores on a GPU. While one image is scored, the next is read and copied, on a
 * thread and a stream of its own, into the second of two buffers. A source whose scores are on the
 * GPU already is passed through, and not read ahead of.
 *
 * <p>The other source stays its owner's.
 */
final class UploadAhead implements ScoreSource {
  private record Image(TensorView scores, String name, Room room) {}

  /** Memory for one image, and when it is filled. */
  private static final class Room {
    DeviceBuffer buffer;
    CudaEvent ready;

    void close() {
      if (buffer != null) {
        buffer.close();
        buffer = null;
      }
      if (ready != null) {
        ready.close();
      }
    }
  }

  private final ScoreSource source;
  private final CudaStream scoring;
  private final CudaStream copying;
  private final Room[] rooms = {new Room(), new Room()};
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "assay-upload");
            made.setDaemon(true);
            return made;
          });
  private int nextRoom;
  private boolean started;
  private boolean passes;
  private Future<Image> ahead;
  private Image current;

  /** Images are waited for on {@code scoring}, the stream of the calls that will read them. */
  UploadAhead(ScoreSource source, CudaStream scoring) {
    this.source = source;
    this.scoring = scoring;
    this.copying = scoring.device().newStream();
  }

  @Override
  public long images() {
    return source.images();
  }

  @Override
  public int classes() {
    return source.classes();
  }

  @Override
  public TensorView next() throws IOException {
    if (!started) {
      started = true;
      TensorView first = source.next();
      passes = first != null && !first.device().isCpu();
      current = passes || first == null ? new Image(first, source.name(), null) : copy(first);
    } else if (passes) {
      current = new Image(source.next(), source.name(), null);
    } else {
      current = arrived();
    }
    if (current.scores() == null || passes) {
      return current.scores();
    }
    ahead = thread.submit(() -> copy(source.next()));
    scoring.await(current.room().ready);
    return current.scores();
  }

  /** The image that is being scored stays untouched: it lies in the other room. */
  private Image copy(TensorView scores) {
    if (scores == null) {
      return new Image(null, source.name(), null);
    }
    long bytes = scores.extent();
    Room room = rooms[nextRoom];
    nextRoom = 1 - nextRoom;
    fit(room, bytes);
    long there = room.buffer.address();
    if (scores.device().isCpu()) {
      copying.workspace().upload(scores.address(), there, bytes);
    } else {
      copying.copyWithin(scores.address(), there, bytes);
    }
    copying.record(room.ready);
    return new Image(scores.on(room.buffer.device(), there), source.name(), room);
  }

  private void fit(Room room, long bytes) {
    if (room.ready == null) {
      room.ready = copying.record();
    }
    if (room.buffer == null || room.buffer.bytes() < bytes) {
      if (room.buffer != null) {
        room.buffer.close();
        room.buffer = null;
      }
      room.buffer = scoring.device().allocate("scores of an image", bytes);
    }
  }

  private Image arrived() throws IOException {
    try {
      return ahead.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading " + source.name(), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) cause;
    } finally {
      ahead = null;
    }
  }

  @Override
  public String name() {
    return current == null ? source.name() : current.name();
  }

  /** Waits for the thread, which may be reading; frees the copies. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    copying.close();
    for (Room room : rooms) {
      room.close();
    }
  }
}
