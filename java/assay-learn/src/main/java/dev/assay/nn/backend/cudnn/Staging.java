package dev.assay.nn.backend.cudnn;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaEvent;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceBuffer;
import dev.assay.device.PinnedBuffer;
import org.agrona.UnsafeApi;

/**
 * Copies from pageable memory beside the work of a stream: through two pinned pieces, one on its
 * way while the other is filled, into a block of the device, which the stream takes over in its
 * turn. The caller waits for its own bytes to be read, not for what the stream still has to do; so
 * the next batch is there before the step before it has ended.
 */
final class Staging implements AutoCloseable {
  private static final long PIECE_BYTES = 4 << 20;
  private static final long MOST_LANDED = 256L << 20;

  private final CudaDevice device;
  private final CudaStream work;
  private final CudaStream copies;
  private final PinnedBuffer[] pieces = new PinnedBuffer[2];
  private final CudaEvent[] sent = new CudaEvent[2];
  private final CudaEvent landed;
  private final CudaEvent taken;
  private DeviceBuffer landing;
  private int next;

  Staging(CudaDevice device, CudaStream work) {
    this.device = device;
    this.work = work;
    this.copies = device.newStream();
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = device.pinned("staging", PIECE_BYTES);
      sent[i] = copies.record();
    }
    this.landed = copies.record();
    this.taken = work.record();
  }

  void copyIn(long host, long to, long bytes) {
    for (long done = 0; done < bytes; done += MOST_LANDED) {
      land(host + done, to + done, Math.min(MOST_LANDED, bytes - done));
    }
  }

  private void land(long host, long to, long bytes) {
    reserve(bytes);
    copies.await(taken);
    for (long done = 0; done < bytes; done += PIECE_BYTES) {
      send(host + done, landing.address() + done, Math.min(PIECE_BYTES, bytes - done));
    }
    copies.record(landed);
    work.await(landed);
    work.copyWithin(landing.address(), to, bytes);
    work.record(taken);
  }

  private void reserve(long bytes) {
    if (landing != null && landing.bytes() >= bytes) {
      return;
    }
    taken.synchronize();
    if (landing != null) {
      landing.close();
      landing = null;
    }
    landing = device.allocate("landing", bytes);
  }

  private void send(long host, long to, long bytes) {
    sent[next].synchronize();
    UnsafeApi.copyMemory(host, pieces[next].address(), bytes);
    copies.copyIn(pieces[next].address(), to, bytes);
    copies.record(sent[next]);
    next = 1 - next;
  }

  /** To be called when the work is done. */
  @Override
  public void close() {
    copies.close();
    landed.close();
    taken.close();
    for (int i = 0; i < pieces.length; i++) {
      sent[i].close();
      pieces[i].close();
    }
    if (landing != null) {
      landing.close();
    }
  }
}
