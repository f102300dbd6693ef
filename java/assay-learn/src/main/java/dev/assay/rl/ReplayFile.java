package dev.assay.rl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slots of a replay file: written through the channel, so that a full disk is an exception and
 * not a fault, and read through mappings. The mappings are given back whenever the bytes read since
 * then pass {@value #RESIDENT_BYTES}: that much and one batch are resident, however large the file.
 */
final class ReplayFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplayFile.class);
  private static final long RESIDENT_BYTES = 32L << 20;
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final ReplayConfig config;
  private final FileChannel channel;
  private final long slotBytes;
  private final MappedByteBuffer[] mapped;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
  private final UnsafeBuffer chunkView = new UnsafeBuffer(chunk);
  private final UnsafeBuffer source = new UnsafeBuffer(0, 0);
  private long resident;

  private ReplayFile(Path file, ReplayConfig config, FileChannel channel) {
    this.file = file;
    this.config = config;
    this.channel = channel;
    this.slotBytes = ReplayFormat.stepBytes(config.network(), config.pools(), config.candidates());
    this.mapped = new MappedByteBuffer[ReplayFormat.slots(config)];
  }

  /**
   * Opens or makes a file, and locks it.
   *
   * @throws IOException if another process or buffer has it, or it was made with another
   *     configuration
   */
  static ReplayFile open(Path file, ReplayConfig config) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ReplayFile opened = new ReplayFile(file, config, channel);
    try {
      opened.lock();
      opened.readOrWriteHeader();
      return opened;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(file + ": this process has it open already", e);
    }
    throw new IOException(file + ": another process has it open");
  }

  private void readOrWriteHeader() throws IOException {
    ByteBuffer found = ReplayFormat.allocate(ReplayFormat.HEADER_BYTES);
    if (readFully(found, 0)) {
      ReplayFormat.requireHeader(file, found, config);
      return;
    }
    if (channel.size() > 0) {
      LOG.warn("{}: its header was cut off at byte {}; starting empty", file, channel.size());
    }
    channel.truncate(0);
    writeFully(ReplayFormat.header(config), 0);
  }

  Path path() {
    return file;
  }

  private long slotAt(int slot) {
    return ReplayFormat.HEADER_BYTES + slot * slotBytes;
  }

  private long contentsAt(int slot) {
    return slotAt(slot) + ReplayFormat.contentsAt(config.pools());
  }

  private long contentsBytes() {
    return ReplayFormat.stateBytes(config.network())
        + config.pools() * ReplayFormat.poolBytes(config.network(), config.candidates());
  }

  /** Step in a slot, -1 if nothing was ever written there. */
  long stampedStep(int slot) throws IOException {
    ByteBuffer stamp = ReplayFormat.allocate(ReplayFormat.STAMP_BYTES);
    return readFully(stamp, slotAt(slot)) ? stamp.getLong(0) - 1 : -1;
  }

  /** Whether stamp and contents of a slot are whole. */
  boolean intact(int slot) throws IOException {
    ByteBuffer stamp = ReplayFormat.allocate(ReplayFormat.STAMP_BYTES);
    if (!readFully(stamp, slotAt(slot)) || stamp.getInt(12) != ReplayFormat.crc(stamp, 12)) {
      return false;
    }
    CRC32C crc = new CRC32C();
    long bytes = contentsBytes();
    for (long done = 0; done < bytes; done += CHUNK_BYTES) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, bytes - done));
      if (!readFully(chunk, contentsAt(slot) + done)) {
        return false;
      }
      crc.update(chunk.flip());
    }
    return (int) crc.getValue() == stamp.getInt(8);
  }

  /** The decision of {@code step}, or null if the slot has no whole one. */
  ByteBuffer decision(int slot, long step) throws IOException {
    int bytes = ReplayFormat.decisionBytes(config.pools());
    ByteBuffer decision = ReplayFormat.allocate(bytes);
    boolean whole =
        readFully(decision, slotAt(slot) + ReplayFormat.DECISION_AT)
            && decision.getInt(bytes - 4) == ReplayFormat.crc(decision, bytes - 4);
    return whole && decision.getLong(0) == step + 1 ? decision : null;
  }

  /** Writes a state and its pools, then the stamp that makes them count. */
  void writeContents(int slot, long step, long state, long pools) throws IOException {
    CRC32C crc = new CRC32C();
    long stateBytes = ReplayFormat.stateBytes(config.network());
    writeMemory(state, stateBytes, contentsAt(slot), crc);
    writeMemory(pools, contentsBytes() - stateBytes, contentsAt(slot) + stateBytes, crc);
    writeFully(ReplayFormat.stamp(step, (int) crc.getValue()), slotAt(slot));
  }

  private void writeMemory(long from, long bytes, long at, CRC32C crc) throws IOException {
    for (long done = 0; done < bytes; done += CHUNK_BYTES) {
      int now = (int) Math.min(CHUNK_BYTES, bytes - done);
      source.wrap(from + done, now);
      chunkView.putBytes(0, source, 0, now);
      crc.update(chunk.clear().limit(now));
      writeFully(chunk.flip(), at + done);
    }
  }

  /** Writes the decision of a step, and brings all of the step to the disk. */
  void writeDecision(int slot, ByteBuffer decision) throws IOException {
    writeFully(decision, slotAt(slot) + ReplayFormat.DECISION_AT);
    channel.force(false);
  }

  /** Makes a slot count as never written, its decision included: the step may come again. */
  void erase(int slot) throws IOException {
    int bytes = ReplayFormat.DECISION_AT + ReplayFormat.decisionBytes(config.pools());
    writeFully(ReplayFormat.allocate(bytes), slotAt(slot));
  }

  /** Address of the state in a slot; valid until {@link #release()}. */
  long state(int slot) {
    resident += ReplayFormat.stateBytes(config.network());
    return contents(slot);
  }

  /** Address of a pool in a slot; valid until {@link #release()}. */
  long pool(int slot, int pool) {
    long bytes = ReplayFormat.poolBytes(config.network(), config.candidates());
    resident += bytes;
    return contents(slot) + ReplayFormat.stateBytes(config.network()) + pool * bytes;
  }

  private long contents(int slot) {
    if (mapped[slot] == null) {
      try {
        mapped[slot] = channel.map(MapMode.READ_ONLY, slotAt(slot), slotBytes);
      } catch (IOException e) {
        throw new UncheckedIOException(file + ": slot " + slot + " cannot be mapped", e);
      }
    }
    return BufferUtil.address(mapped[slot]) + ReplayFormat.contentsAt(config.pools());
  }

  /** Ends the use of addresses, and gives memory back once there is enough to be worth it. */
  void release() {
    if (resident > RESIDENT_BYTES) {
      unmap();
    }
  }

  private void unmap() {
    resident = 0;
    for (int slot = 0; slot < mapped.length; slot++) {
      if (mapped[slot] != null) {
        IoUtil.unmap(mapped[slot]);
        mapped[slot] = null;
      }
    }
  }

  /** Fills the buffer and flips nothing; false if the file ends before. */
  private boolean readFully(ByteBuffer to, long position) throws IOException {
    int start = to.position();
    while (to.hasRemaining()) {
      if (channel.read(to, position + to.position() - start) < 0) {
        return false;
      }
    }
    return true;
  }

  private void writeFully(ByteBuffer from, long position) throws IOException {
    int start = from.position();
    while (from.hasRemaining()) {
      channel.write(from, position + from.position() - start);
    }
  }

  @Override
  public void close() throws IOException {
    unmap();
    channel.close();
  }
}
