package dev.assay.nn.backend.cudnn;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Tensor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.IntPointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A recurrent layer in either direction. Its weights are a copy in the library's arrangement, made
 * again when the parameters have changed. The library's matrix products run on several streams of
 * its own, for which cuBLAS may take workspaces of different sizes and so other algorithms from run
 * to run, unless {@code CUBLAS_WORKSPACE_CONFIG} allows one size only (NVIDIA's release notes of
 * cuDNN, limitations).
 */
abstract class LstmOperation extends CudnnOperation {
  private static final Logger LOG = LoggerFactory.getLogger(LstmOperation.class);
  private static final String WORKSPACES = "CUBLAS_WORKSPACE_CONFIG";
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private final LstmWeights masters;
  private final Recurrence recurrence;
  private final Owner block;
  private final RawPointer weights;
  private final IntPointer lengths;
  private RecurrentWeights copy;
  private boolean stale = true;

  LstmOperation(
      CudnnContext cudnn,
      String name,
      LstmSpec spec,
      Tensor x,
      LstmWeights masters,
      Tensor y,
      boolean training) {
    super(cudnn, name);
    this.masters = masters;
    this.recurrence = new Recurrence(cudnn, descriptors(), spec, x, y, training);
    long weightBytes = aligned(recurrence.weightBytes());
    long lengthBytes = (long) recurrence.lengths().length * Integer.BYTES;
    this.block = cudnn.memory().allocate("copy of weights of " + name, weightBytes + lengthBytes);
    this.weights = new RawPointer(block.address());
    this.lengths = new IntPointer(new RawPointer(block.address() + weightBytes));
    try (IntPointer host = new IntPointer(recurrence.lengths())) {
      cudnn.memory().copyIn(host.address(), lengths.address(), lengthBytes);
    }
    reads(x);
    reads(masters.tensors().toArray(Tensor[]::new));
    if (cudnn.options().deterministic()) {
      warnOfWorkspaces(name);
    }
  }

  private static void warnOfWorkspaces(String name) {
    if (System.getenv(WORKSPACES) == null && WARNED.compareAndSet(false, true)) {
      LOG.warn(
          "{}: last bits may differ between runs; set {}=:4096:2 before start", name, WORKSPACES);
    }
  }

  final Recurrence recurrence() {
    return recurrence;
  }

  /** The sequences' lengths on the device. */
  final IntPointer lengths() {
    return lengths;
  }

  /** The weights as the library takes them. */
  final RawPointer weights() {
    return weights;
  }

  @Override
  public void bind(long scratch) {
    copy = placed(masters, block.address());
  }

  /** Where the library wants the parts of {@code plain} in its own block. */
  final RecurrentWeights placed(LstmWeights plain, long at) {
    return cudnn()
        .device()
        .call(() -> new RecurrentWeights(cudnn(), descriptors(), recurrence, plain, at));
  }

  @Override
  public final void parametersChanged() {
    stale = true;
  }

  @Override
  public final void prepare() {
    if (stale) {
      stale = false;
      copy.load();
    }
  }

  @Override
  public void close() {
    super.close();
    block.close();
  }
}
