package dev.assay.kernel;

import dev.assay.device.CudaStream;
import dev.assay.device.Workspace;
import org.agrona.UnsafeApi;

/**
 * The arguments of one call that lie in host memory while the call runs on a GPU: they get room in
 * the stream's scratch, inputs are copied there before the call, and outputs come back after it,
 * all in one download, except those to page-locked memory, each in one of its own.
 */
final class Transfers {
  /** Which way an argument's bytes go. */
  enum Way {
    IN,
    OUT,
    BOTH
  }

  private static final int MOST = 32;

  /** What every kernel may assume of an address, and more: a memory transaction's size. */
  private static final long ALIGNMENT = 256;

  private final int[] words = new int[MOST];
  private final long[] hosts = new long[MOST];
  private final long[] sizes = new long[MOST];
  private final long[] offsets = new long[MOST];
  private final Way[] ways = new Way[MOST];
  private final boolean[] direct = new boolean[MOST];
  private final Workspace.Arrival arrival = this::scatter;
  private int count;
  private long bytes;
  private long outputs;

  void clear() {
    count = 0;
  }

  /** Argument {@code word} is to point at a device copy of the host's bytes. */
  void add(int word, long host, long size, Way way) {
    words[count] = word;
    hosts[count] = host;
    sizes[count] = size;
    ways[count] = way;
    count++;
  }

  /** Whether the host waits for something of this call. */
  boolean comesBack() {
    for (int i = 0; i < count; i++) {
      if (ways[i] != Way.IN && sizes[i] > 0) {
        return true;
      }
    }
    return false;
  }

  /** Makes room on the device, enqueues the copies of inputs, and writes the device addresses. */
  void moveIn(CudaStream stream, ArgumentBlock block) {
    if (count == 0) {
      return;
    }
    Workspace workspace = stream.workspace();
    plan(workspace);
    long base = workspace.scratch(bytes);
    for (int i = 0; i < count; i++) {
      block.put(words[i], base + offsets[i]);
      if (ways[i] != Way.OUT) {
        workspace.upload(hosts[i], base + offsets[i], sizes[i]);
      }
    }
  }

  /** Brings the outputs to the host; returns when they are there. */
  void moveOut(CudaStream stream) {
    Workspace workspace = stream.workspace();
    long base = workspace.scratch(bytes);
    workspace.download(base, outputs, arrival);
    for (int i = 0; i < count; i++) {
      if (direct[i]) {
        workspace.download(base + offsets[i], hosts[i], sizes[i]);
      }
    }
  }

  /** Outputs that come back together first, side by side. */
  private void plan(Workspace workspace) {
    bytes = 0;
    for (int i = 0; i < count; i++) {
      direct[i] = ways[i] != Way.IN && workspace.isDirect(hosts[i], sizes[i]);
      if (isTogether(i)) {
        place(i);
      }
    }
    outputs = bytes;
    for (int i = 0; i < count; i++) {
      if (!isTogether(i)) {
        place(i);
      }
    }
  }

  private boolean isTogether(int i) {
    return ways[i] != Way.IN && !direct[i];
  }

  private void place(int i) {
    offsets[i] = bytes;
    bytes = Math.addExact(bytes, (sizes[i] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
  }

  private void scatter(long offset, long address, long length) {
    for (int i = 0; i < count; i++) {
      long from = Math.max(offset, offsets[i]);
      long to = Math.min(offset + length, offsets[i] + sizes[i]);
      if (isTogether(i) && from < to) {
        UnsafeApi.copyMemory(address + from - offset, hosts[i] + from - offsets[i], to - from);
      }
    }
  }
}
