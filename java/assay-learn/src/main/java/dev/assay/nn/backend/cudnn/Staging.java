package dev.assay.nn.backend.cudnn;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaEvent;
import dev.assay.device.CudaStream;
import dev.assay.device.PinnedBuffer;
import org.agrona.UnsafeApi;

/**
 * Copies from pageable memory through two pinned pieces: while one is on its way to the device the
 * other is filled, and the caller need not wait for either.
 */
final class Staging implements AutoCloseable {
  private static final long PIECE_BYTES = 4 << 20;

  private final CudaStream stream;
  private final PinnedBuffer[] pieces = new PinnedBuffer[2];
  private final CudaEvent[] copied = new CudaEvent[2];
  private int next;

  Staging(CudaDevice device, CudaStream stream) {
    this.stream = stream;
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = device.pinned("staging", PIECE_BYTES);
    }
  }

  void copyIn(long host, long to, long bytes) {
    for (long done = 0; done < bytes; done += PIECE_BYTES) {
      long now = Math.min(PIECE_BYTES, bytes - done);
      awaitPiece();
      long piece = pieces[next].address();
      UnsafeApi.copyMemory(host + done, piece, now);
      stream.copyIn(piece, to + done, now);
      copied[next] = stream.record();
      next = 1 - next;
    }
  }

  private void awaitPiece() {
    if (copied[next] != null) {
      copied[next].synchronize();
      copied[next].close();
      copied[next] = null;
    }
  }

  /** To be called when the stream is idle. */
  @Override
  public void close() {
    for (int i = 0; i < pieces.length; i++) {
      if (copied[i] != null) {
        copied[i].close();
      }
      pieces[i].close();
    }
  }
}
