package dev.assay.nn.backend.cudnn;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.Exec;
import dev.assay.memory.Device;
import dev.assay.memory.Owner;
import dev.assay.nn.backend.Memory;

/** A GPU's memory, in the order of one stream's work. Owner of what stages copies, and no more. */
final class CudaMemory implements Memory, AutoCloseable {
  private final CudaDevice device;
  private final CudaStream stream;
  private final Exec exec;
  private final Staging staging;

  CudaMemory(CudaDevice device, CudaStream stream) {
    this.device = device;
    this.stream = stream;
    this.exec = Exec.cuda(stream);
    this.staging = new Staging(device, stream);
  }

  @Override
  public Device device() {
    return device.device();
  }

  @Override
  public Owner allocate(String name, long bytes) {
    Owner block = device.allocate(name, bytes);
    stream.zero(block.address(), bytes);
    return block;
  }

  @Override
  public void copyIn(long host, long to, long bytes) {
    staging.copyIn(host, to, bytes);
  }

  @Override
  public void copyOut(long from, long host, long bytes) {
    stream.copyOut(from, host, bytes);
    stream.synchronize();
  }

  @Override
  public void copyWithin(long from, long to, long bytes) {
    stream.copyWithin(from, to, bytes);
  }

  @Override
  public void zero(long at, long bytes) {
    stream.zero(at, bytes);
  }

  @Override
  public Exec exec(int threads) {
    return exec;
  }

  @Override
  public void synchronise() {
    stream.synchronize();
  }

  @Override
  public void close() {
    staging.close();
  }
}
