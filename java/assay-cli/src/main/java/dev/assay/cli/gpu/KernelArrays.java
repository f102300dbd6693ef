package dev.assay.cli.gpu;

import dev.assay.device.DeviceBuffer;
import dev.assay.device.Workspace;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.score.Engine;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.UnsafeApi;

/**
 * Named arrays in the memory of one engine's device: asked for in the same order they hold the same
 * bytes, whatever the device. Owner of all of them.
 */
final class KernelArrays implements AutoCloseable {
  private static final long SEED = 23;

  private final Engine engine;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final Map<String, Owner> blocks = new LinkedHashMap<>();
  private final Set<String> sums = new HashSet<>();

  KernelArrays(Engine engine) {
    this.engine = engine;
  }

  Engine engine() {
    return engine;
  }

  /** Address of fp32 [count], each in (-1, 1). */
  long floats(String name, int count) {
    try (HostBuffer host = HostBuffer.floats(name, count)) {
      for (int i = 0; i < count; i++) {
        host.putFloat(i, (float) random.nextDouble(-1, 1));
      }
      return place(name, host);
    }
  }

  /** Address of fp32 [count], each in (0, 1). */
  long positive(String name, int count) {
    try (HostBuffer host = HostBuffer.floats(name, count)) {
      for (int i = 0; i < count; i++) {
        host.putFloat(i, (float) random.nextDouble(0.1, 1));
      }
      return place(name, host);
    }
  }

  /** Address of bf16 [count], each in (-1, 1). */
  long halves(String name, int count) {
    try (HostBuffer host = HostBuffer.allocate(name, 2L * count)) {
      for (int i = 0; i < count; i++) {
        int bits = Float.floatToRawIntBits((float) random.nextDouble(-1, 1));
        host.view().putShort(2 * i, (short) (bits >>> 16));
      }
      return place(name, host);
    }
  }

  /** Address of u8 [count], each below {@code bound} or, now and then, 255. */
  long labels(String name, int count, int bound) {
    try (HostBuffer host = HostBuffer.allocate(name, count)) {
      for (int i = 0; i < count; i++) {
        host.putByte(i, (byte) (random.nextInt(9) == 0 ? 255 : random.nextInt(bound)));
      }
      return place(name, host);
    }
  }

  /** Address of zeros. */
  long room(String name, long bytes) {
    try (HostBuffer host = HostBuffer.allocate(name, bytes)) {
      UnsafeApi.setMemory(host.address(), bytes, (byte) 0);
      return place(name, host);
    }
  }

  /** Address of zeros for fp64 sums, whose order may differ between devices, and counts. */
  long sums(String name, int count) {
    sums.add(name);
    return room(name, 8L * count);
  }

  /** Whether these are sums whose last bits may differ. */
  boolean areSums(String name) {
    return sums.contains(name);
  }

  /** A copy of host memory where the engine computes. */
  private long place(String name, HostBuffer host) {
    Owner block;
    if (engine.device().isCpu()) {
      block = HostBuffer.allocate(name, host.bytes());
      UnsafeApi.copyMemory(host.address(), block.address(), host.bytes());
    } else {
      DeviceBuffer buffer = engine.cudaDevice().allocate(name, host.bytes());
      workspace().upload(host.address(), buffer.address(), host.bytes());
      block = buffer;
    }
    blocks.put(name, block);
    return block.address();
  }

  private Workspace workspace() {
    return engine.exec().stream().workspace();
  }

  /** All bytes of all arrays once the work so far is done. */
  Map<String, byte[]> fetch() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    blocks.forEach((name, block) -> all.put(name, fetch(block)));
    return all;
  }

  private byte[] fetch(Owner block) {
    byte[] bytes = new byte[Math.toIntExact(block.bytes())];
    try (HostBuffer host = HostBuffer.allocate("copy", block.bytes())) {
      if (block.device().isCpu()) {
        UnsafeApi.copyMemory(block.address(), host.address(), block.bytes());
      } else {
        workspace().download(block.address(), host.address(), block.bytes());
      }
      host.getBytes(0, bytes, 0, bytes.length);
    }
    return bytes;
  }

  @Override
  public void close() {
    if (!engine.device().isCpu()) {
      engine.exec().stream().settle();
    }
    blocks.values().forEach(Owner::close);
  }
}
