package dev.assay.device;

import dev.assay.memory.Device;
import dev.assay.memory.Owner;

/** Owner of one block of page-locked host memory, which a GPU copies from and to at full speed. */
public final class PinnedBuffer extends Owner {
  private final CudaDevice device;

  PinnedBuffer(CudaDevice device, String name, long address, long bytes) {
    super(name, Device.CPU, address, bytes);
    this.device = device;
    device.adopt(this);
  }

  @Override
  protected void free(long address) {
    device.forget(this);
    device.freePinned(address);
  }
}
