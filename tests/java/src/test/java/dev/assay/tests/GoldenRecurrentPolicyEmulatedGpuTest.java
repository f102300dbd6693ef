package dev.assay.tests;

import dev.assay.device.CudaDevice;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same with cuDNN's recurrent layers and our kernels. */
@Tag(EmulatedGpu.TAG)
@ExtendWith(EmulatedGpu.class)
class GoldenRecurrentPolicyEmulatedGpuTest extends GoldenRecurrentPolicyTest {
  private CudaDevice device;

  @Override
  Backend backend() {
    device = CudaDevice.open(0, 0);
    return Backends.cuda(device, CudaOptions.DEFAULT);
  }

  @Override
  @AfterEach
  void close() {
    super.close();
    if (device != null) {
      device.close();
    }
  }
}
