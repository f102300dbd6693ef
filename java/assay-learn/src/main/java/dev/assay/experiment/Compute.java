package dev.assay.experiment;

import dev.assay.device.NoSuchDeviceException;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Backends;
import dev.assay.nn.backend.CudaOptions;
import dev.assay.score.Engine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where an experiment computes: the scorer's engine, and networks on the same device. */
final class Compute {
  private static final Logger LOG = LoggerFactory.getLogger(Compute.class);

  private Compute() {}

  /**
   * The engine that {@code machine.backend} asks for; {@code auto} without a usable GPU takes the
   * CPU and says why.
   *
   * @throws NoSuchDeviceException if {@code cuda} cannot be had, with the reason
   */
  static Engine engine(MachineConfig machine) {
    if (machine.backend().equals("cpu")) {
      return Engine.cpu(machine.threads());
    }
    try {
      String reason = Backends.whyNoCuda();
      if (reason != null) {
        throw new NoSuchDeviceException(reason);
      }
      return Engine.cuda(machine.device(), machine.threads(), machine.deviceMemoryBytes());
    } catch (NoSuchDeviceException e) {
      if (machine.backend().equals("cuda")) {
        throw new NoSuchDeviceException("machine.backend=cuda: " + e.getMessage());
      }
      LOG.warn("machine.backend=auto uses the CPU: {}", e.getMessage());
      return Engine.cpu(machine.threads());
    }
  }

  /**
   * A back end for one network beside the engine; the caller closes it before the engine.
   *
   * @param tf32 whether products may be rounded to TF32
   * @throws ConfigException if the device has no TF32
   */
  static Backend networks(Engine engine, MachineConfig machine, boolean tf32) {
    if (!engine.device().isCpu()) {
      return Backends.cuda(
          engine.cudaDevice(),
          new CudaOptions(machine.cudnnDeterministic(), machine.cudnnAutotune(), tf32));
    }
    if (tf32) {
      throw new ConfigException("model.precision=tf32 needs a GPU: use f32 or bf16 on the CPU");
    }
    return Backends.cpu();
  }
}
