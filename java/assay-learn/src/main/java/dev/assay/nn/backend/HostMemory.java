package dev.assay.nn.backend;

import dev.assay.device.Exec;
import dev.assay.memory.Device;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import org.agrona.UnsafeApi;

/** The host's own memory, where every call has done its work when it returns. */
public final class HostMemory implements Memory {
  @Override
  public Device device() {
    return Device.CPU;
  }

  @Override
  public Owner allocate(String name, long bytes) {
    return HostBuffer.allocate(name, bytes);
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
