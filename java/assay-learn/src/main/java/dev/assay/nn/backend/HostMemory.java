package dev.assay.nn.backend;

import dev.assay.device.Device;
import dev.assay.device.Exec;
import dev.assay.memory.HostBuffer;
import org.agrona.UnsafeApi;

/** The host's own memory, where every call has done its work when it returns. */
public final class HostMemory implements Memory {
  private record HostBlock(HostBuffer buffer) implements Block {
    @Override
    public long address() {
      return buffer.address();
    }

    @Override
    public long bytes() {
      return buffer.bytes();
    }

    @Override
    public void close() {
      buffer.close();
    }
  }

  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Block allocate(String name, long bytes) {
    return new HostBlock(HostBuffer.allocate(name, bytes));
  }

  @Override
  public void copyIn(long host, long to, long bytes) {
    UnsafeApi.copyMemory(host, to, bytes);
  }

  @Override
  public void copyOut(long from, long host, long bytes) {
    UnsafeApi.copyMemory(from, host, bytes);
  }

  @Override
  public void copyWithin(long from, long to, long bytes) {
    UnsafeApi.copyMemory(from, to, bytes);
  }

  @Override
  public void zero(long at, long bytes) {
    UnsafeApi.setMemory(at, bytes, (byte) 0);
  }

  @Override
  public Exec exec(int threads) {
    return Exec.cpu(threads);
  }

  @Override
  public void synchronise() {}
}
