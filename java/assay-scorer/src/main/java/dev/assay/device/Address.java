package dev.assay.device;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;

/** Raw addresses as JCuda's pointers, and back: what its constructors keep to themselves. */
final class Address {
  private static final CUdeviceptr NULL = new CUdeviceptr();

  private Address() {}

  static CUdeviceptr device(long address) {
    return new DevicePointer(address);
  }

  static Pointer host(long address) {
    return new HostPointer(address);
  }

  /** For a driver call to write an address into. */
  static final class DevicePointer extends CUdeviceptr {
    DevicePointer() {}

    private DevicePointer(long address) {
      super(NULL, address);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }

  /** For a driver call to make a stream in. */
  static final class StreamHandle extends CUstream {
    long value() {
      return getNativePointer();
    }
  }

  /** Likewise, for host memory. */
  static final class HostPointer extends Pointer {
    HostPointer() {}

    private HostPointer(long address) {
      super(address);
    }

    long address() {
      return getNativePointer() + getByteOffset();
    }
  }
}
