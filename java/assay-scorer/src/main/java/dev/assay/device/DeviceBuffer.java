package dev.assay.device;

import dev.assay.memory.Owner;

/** Owner of one block of a GPU's memory; its bytes are what the last owner left. */
public final class DeviceBuffer extends Owner {
  private final CudaDevice device;

  DeviceBuffer(CudaDevice device, String name, long address, long bytes) {
    super(name, device.device(), address, bytes);
    this.device = device;
    device.adopt(this);
  }

  @Override
  protected void free(long address) {
    device.forget(this);
    device.freeDevice(name(), address, bytes());
  }
}
