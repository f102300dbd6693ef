package dev.assay.cli.kernels;

import dev.assay.device.DeviceBuffer;
import dev.assay.device.Workspace;
import dev.assay.format.NdArray;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.MatrixView;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import dev.assay.score.Engine;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * A job's large arrays where its engine computes, so that what is timed is the kernel: on the CPU
 * they are used as they are, on a GPU copied there before and back after. Owner of the copies.
 */
final class JobMemory implements AutoCloseable {
  private final Engine engine;
  private final boolean onHost;
  private final List<DeviceBuffer> inputs = new ArrayList<>();
  private final IdentityHashMap<NdArray, DeviceBuffer> outputs = new IdentityHashMap<>();

  JobMemory(Engine engine) {
    this.engine = engine;
    this.onHost = engine.device().isCpu();
  }

  TensorView in(TensorView host) {
    return onHost ? host : host.on(engine.device(), copy(host.address(), host.extent()).address());
  }

  Span in(Span host) {
    return onHost ? host : Span.of(copy(host.address(), host.bytes()));
  }

  MatrixView in(MatrixView host) {
    return new MatrixView(in(host.span()), host.rows(), host.columns(), host.rowStride());
  }

  MixtureView in(MixtureView host) {
    return new MixtureView(in(host.mixture()), in(host.present()), host.images(), host.classes());
  }

  private DeviceBuffer copy(long host, long bytes) {
    DeviceBuffer buffer = engine.cudaDevice().allocate("an input of the kernel", bytes);
    inputs.add(buffer);
    engine.exec().stream().workspace().upload(host, buffer.address(), bytes);
    await();
    return buffer;
  }

  /** Where the kernel is to write {@code result}. */
  Span out(NdArray result) {
    if (onHost) {
      return result.span();
    }
    long bytes = result.span().bytes();
    DeviceBuffer buffer = engine.cudaDevice().allocate("an output of the kernel", bytes);
    outputs.put(result, buffer);
    return Span.of(buffer);
  }

  /** Returns when what runs on the engine's own stream is done. */
  void await() {
    if (!onHost) {
      engine.exec().stream().synchronize();
    }
  }

  /** Brings the outputs to the host. */
  void fetch() {
    outputs.forEach(this::fetch);
  }

  private void fetch(NdArray result, DeviceBuffer buffer) {
    Workspace workspace = engine.exec().stream().workspace();
    workspace.download(buffer.address(), result.span().address(), buffer.bytes());
  }

  @Override
  public void close() {
    inputs.forEach(DeviceBuffer::close);
    outputs.values().forEach(DeviceBuffer::close);
  }
}
