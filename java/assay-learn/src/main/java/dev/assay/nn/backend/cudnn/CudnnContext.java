package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.cudnnCreate;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroy;
import static org.bytedeco.cuda.global.cudnn.cudnnSetStream;

import dev.assay.device.CudaDevice;
import dev.assay.device.CudaStream;
import dev.assay.device.DeviceLostException;
import dev.assay.nn.backend.CudaOptions;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.cudnn.cudnnContext;
import org.bytedeco.javacpp.FloatPointer;

/**
 * What all operations of one back end share: the library's handle on one stream, the memory, the
 * kernels. Owner of all but the device.
 */
final class CudnnContext implements AutoCloseable {
  private final CudaDevice device;
  private final CudaOptions options;
  private final CudaStream stream;
  private final CudaMemory memory;
  private final cudnnContext handle = new cudnnContext();
  private final Algorithms algorithms;
  private final FusedPlans plans;
  private final Zeros zeros;
  private final NetworkKernels kernels;

  /** Factors of results; the library reads them when a call is made. */
  private final FloatPointer one = new FloatPointer(1f);

  private final FloatPointer zero = new FloatPointer(0f);

  CudnnContext(CudaDevice device, CudaOptions options) {
    this.device = device;
    this.options = options;
    this.stream = device.newStream();
    this.memory = new CudaMemory(device, stream);
    this.algorithms = new Algorithms(this);
    this.plans = new FusedPlans(this);
    this.zeros = new Zeros(memory);
    this.kernels = new NetworkKernels(memory.exec(0));
    device.run(this::createHandle);
  }

  private void createHandle() {
    Status.check("cudnnCreate", cudnnCreate(handle));
    CUstream_st raw = new CUstream_st(new RawPointer(stream.handle()));
    Status.check("cudnnSetStream", cudnnSetStream(handle, raw));
  }

  private void destroyHandle() {
    plans.close();
    cudnnDestroy(handle);
  }

  CudaDevice device() {
    return device;
  }

  CudaOptions options() {
    return options;
  }

  CudaStream stream() {
    return stream;
  }

  CudaMemory memory() {
    return memory;
  }

  cudnnContext handle() {
    return handle;
  }

  Algorithms algorithms() {
    return algorithms;
  }

  FusedPlans plans() {
    return plans;
  }

  Zeros zeros() {
    return zeros;
  }

  NetworkKernels kernels() {
    return kernels;
  }

  FloatPointer one() {
    return one;
  }

  FloatPointer zero() {
    return zero;
  }

  /** Waits for what is enqueued; never throws, not even on a lost device. */
  @Override
  public void close() {
    try {
      device.run(this::destroyHandle);
    } catch (DeviceLostException e) {
      // The handle went with the device.
    }
    stream.close();
    kernels.close();
    memory.close();
    one.close();
    zero.close();
  }
}
