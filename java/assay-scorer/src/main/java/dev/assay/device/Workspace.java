package dev.assay.device;

import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/**
 * One stream's scratch on the device, for kernels and for arguments that lie elsewhere, and its two
 * pinned slots, through which host memory passes in pieces: while the device copies one, the host
 * fills or empties the other. Memory that is page-locked already is copied as it is. Grown when
 * first needed, reused by every later call on the stream; used by one thread at a time, like the
 * stream.
 */
public final class Workspace implements AutoCloseable {
  /** Size of a slot: large enough for full bandwidth, small enough to cost nothing. */
  static final long SLOT_BYTES = 4L << 20;

  private static final int SLOTS = 2;

  /** Below this a copy through a slot is over before the driver has been asked. */
  private static final long LEAST_DIRECT_BYTES = 64 << 10;

  /** Hears of every piece that has come from the device. */
  @FunctionalInterface
  public interface Arrival {
    /** Bytes [offset, offset + bytes) of the download lie at {@code address} until it returns. */
    void piece(long offset, long address, long bytes);
  }

  private final CudaStream stream;
  private final PinnedBuffer[] slots = new PinnedBuffer[SLOTS];
  private final CudaEvent[] used = new CudaEvent[SLOTS];
  private final List<DeviceBuffer> recorded = new ArrayList<>();
  private CudaEvent direct;
  private DeviceBuffer scratch;
  private DeviceBuffer kernelScratch;
  private int next;

  Workspace(CudaStream stream) {
    this.stream = stream;
  }

  /**
   * Device memory of at least {@code bytes} bytes, valid until the next call; work that used the
   * last one may still run, because it comes earlier on the stream.
   *
   * @throws OutOfDeviceMemoryException if there is not that much; a smaller one may still be had
   */
  public long scratch(long bytes) {
    if (scratch == null || scratch.bytes() < bytes) {
      if (scratch != null) {
        stream.synchronize();
        scratch.close();
        scratch = null;
      }
      scratch = stream.device().allocate("staged arguments", bytes);
    }
    return scratch.address();
  }

  /** Device memory for the use of kernels on the stream during one call; 0 without any. */
  public long kernelScratch() {
    return kernelScratch == null ? 0 : kernelScratch.address();
  }

  /** Its size. */
  public long kernelScratchBytes() {
    return kernelScratch == null ? 0 : kernelScratch.bytes();
  }

  /**
   * Makes that memory as large as {@code bytes}. Waits for the stream; a graph that was recorded on
   * it keeps the memory that it knows.
   *
   * @throws OutOfDeviceMemoryException if there is not that much; the old memory is gone then
   */
  public void growKernelScratch(long bytes) {
    if (kernelScratch != null) {
      DeviceBuffer old = kernelScratch;
      kernelScratch = null;
      if (stream.hasRecorded()) {
        recorded.add(old);
      } else {
        stream.synchronize();
        old.close();
      }
    }
    kernelScratch = stream.device().allocate("scratch of kernels", bytes);
  }

  /**
   * Whether host memory is copied from and to where it lies, because it is page-locked already, and
   * large enough for that to matter.
   */
  public boolean isDirect(long host, long bytes) {
    return bytes >= LEAST_DIRECT_BYTES && PageLock.covers(stream.device().context(), host, bytes);
  }

  /** Enqueues a copy of host memory, which may be changed as soon as this returns. */
  public void upload(long host, long device, long bytes) {
    if (isDirect(host, bytes)) {
      stream.copyIn(host, device, bytes);
      awaitDirect();
      return;
    }
    for (long piece = 0; piece * SLOT_BYTES < bytes; piece++) {
      long offset = piece * SLOT_BYTES;
      long size = pieceBytes(piece, bytes);
      int slot = takeSlot();
      UnsafeApi.copyMemory(host + offset, slots[slot].address(), size);
      stream.copyIn(slots[slot].address(), device + offset, size);
      stream.record(used[slot]);
    }
  }

  /** Brings device memory to the host piece by piece; returns when all has arrived. */
  public void download(long device, long bytes, Arrival arrival) {
    long pieces = (bytes + SLOT_BYTES - 1) / SLOT_BYTES;
    int first = next;
    for (long asked = 0, arrived = 0; arrived < pieces; arrived++) {
      for (; asked < pieces && asked < arrived + SLOTS; asked++) {
        int slot = takeSlot();
        stream.copyOut(
            device + asked * SLOT_BYTES, slots[slot].address(), pieceBytes(asked, bytes));
        stream.record(used[slot]);
      }
      int slot = (int) ((first + arrived) % SLOTS);
      used[slot].synchronize();
      arrival.piece(arrived * SLOT_BYTES, slots[slot].address(), pieceBytes(arrived, bytes));
    }
  }

  private void awaitDirect() {
    if (direct == null) {
      direct = new CudaEvent(stream.device());
    }
    stream.record(direct);
    direct.synchronize();
  }

  /** Brings device memory to one block of the host's; returns when it has arrived. */
  public void download(long device, long host, long bytes) {
    if (isDirect(host, bytes)) {
      stream.copyOut(device, host, bytes);
      awaitDirect();
      return;
    }
    download(
        device,
        bytes,
        (offset, address, length) -> UnsafeApi.copyMemory(address, host + offset, length));
  }

  private static long pieceBytes(long piece, long bytes) {
    return Math.min(SLOT_BYTES, bytes - piece * SLOT_BYTES);
  }

  /** The slot used longest ago, when the device is done with it. */
  private int takeSlot() {
    int slot = next;
    if (used[slot] == null) {
      used[slot] = new CudaEvent(stream.device());
    } else {
      used[slot].synchronize();
    }
    if (slots[slot] == null) {
      slots[slot] = stream.device().pinned("staging slot", SLOT_BYTES);
    }
    next = (next + 1) % SLOTS;
    return slot;
  }

  /** Never throws; the stream is done with everything. */
  @Override
  public void close() {
    for (int i = 0; i < SLOTS; i++) {
      if (used[i] != null) {
        used[i].close();
      }
      if (slots[i] != null) {
        slots[i].close();
      }
    }
    if (direct != null) {
      direct.close();
    }
    if (scratch != null) {
      scratch.close();
    }
    if (kernelScratch != null) {
      kernelScratch.close();
    }
    recorded.forEach(DeviceBuffer::close);
  }
}
