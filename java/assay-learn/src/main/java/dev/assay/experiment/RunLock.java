package dev.assay.experiment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second process out of a run directory; the system lets go of it when a process dies. */
final class RunLock implements AutoCloseable {
  static final String FILE = "LOCK";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the directory.
   *
   * @throws ExperimentException if another process or thread has it, or it cannot be written
   */
  static RunLock take(Path directory) {
    Path file = directory.resolve(FILE);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new ExperimentException(
            directory + ": another run is writing here; wait for it or choose another directory");
      }
      return new RunLock(channel);
    } catch (IOException e) {
      throw new ExperimentException(file + ": cannot be locked (" + e + ")", e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new ExperimentException(FILE + ": cannot be released (" + e + ")", e);
    }
  }
}
