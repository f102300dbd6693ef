package dev.assay.nn;

import dev.assay.device.CudaDevice;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("emulated-gpu")
class CudnnLayerTest extends RecurrentLayerContract {
  private static CudaDevice device;

  @BeforeAll
  static void openDevice() {
    device = Gpu.openOrSkip(0);
  }

  @AfterAll
  static void closeDevice() {
    if (device != null) {
      device.close();
    }
  }

  @Override
  Backend open() {
    return Backends.cuda(device, CudaOptions.DEFAULT);
  }
}
