package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DETERMINISTIC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_FMA_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_OP_MATH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionMathType;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses how each convolution is computed: the first algorithm that the library names which is
 * deterministic (unless any may be taken), stays in full fp32 (unless it need not), and does with
 * the workspace there is. The choices are kept, so that graphs of known shapes are planned at once
 * and with the same bits.
 */
@SuppressWarnings("deprecation")
final class Algorithms {
  /** Speed beyond this costs more memory than images in the batch would. */
  static final long WORKSPACE_LIMIT = 1L << 30;

  /**
   * @param workspaceBytes needed while it runs
   */
  record Choice(int algorithm, int mathType, long workspaceBytes) {}

  private record Key(Direction direction, ConvolutionSpec spec, Shape x, ElementType type) {}

  private final CudnnContext cudnn;
  private final Map<Key, Choice> choices = new HashMap<>();

  Algorithms(CudnnContext cudnn) {
    this.cudnn = cudnn;
  }

  /** Sets the convolution's arithmetic and returns the algorithm for it. */
  Choice choose(Direction direction, Convolution c) {
    Key key = new Key(direction, c.spec(), c.xShape(), c.type());
    Choice choice = choices.computeIfAbsent(key, k -> search(direction, c));
    setArithmetic(c, choice.mathType());
    return choice;
  }

  /**
   * The one algorithm that fuses a bias without ReLU; deterministic.
   *
   * @see <a
   *     href="https://docs.nvidia.com/deeplearning/cudnn/">cudnnConvolutionBiasActivationForward</a>
   */
  Choice forIdentity(Convolution c) {
    int algorithm = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
    int mathType = arithmetic(c.type());
    setArithmetic(c, mathType);
    long bytes = Direction.FORWARD.workspaceBytes(cudnn.handle(), c, algorithm);
    return new Choice(algorithm, mathType, bytes);
  }

  private boolean isFullFloat(ElementType type) {
    return type == ElementType.F32 && !cudnn.options().tf32();
  }

  private int arithmetic(ElementType type) {
    return isFullFloat(type) ? CUDNN_FMA_MATH : CUDNN_TENSOR_OP_MATH;
  }

  private static void setArithmetic(Convolution c, int mathType) {
    Status.check("arithmetic of " + c, cudnnSetConvolutionMathType(c.rule(), mathType));
  }

  private Choice search(Direction direction, Convolution c) {
    setArithmetic(c, arithmetic(c.type()));
    List<Candidate> candidates =
        cudnn.options().autotune() ? measure(direction, c) : direction.likely(cudnn.handle(), c);
    for (Candidate candidate : candidates) {
      if (isUsable(candidate, c.type())) {
        int mathType = isFullFloat(c.type()) ? CUDNN_FMA_MATH : candidate.mathType();
        setArithmetic(c, mathType);
        long bytes = direction.workspaceBytes(cudnn.handle(), c, candidate.algorithm());
        return new Choice(candidate.algorithm(), mathType, bytes);
      }
    }
    throw new UnsupportedOperationException(
        "cuDNN has no "
            + (cudnn.options().deterministic() ? "deterministic " : "")
            + "algorithm for "
            + direction
            + " of "
            + c);
  }

  private boolean isUsable(Candidate candidate, ElementType type) {
    boolean rounds =
        candidate.mathType() == CUDNN_TENSOR_OP_MATH
            || candidate.mathType() == CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
    return candidate.status() == CUDNN_STATUS_SUCCESS
        && candidate.memory() <= WORKSPACE_LIMIT
        && (candidate.determinism() == CUDNN_DETERMINISTIC || !cudnn.options().deterministic())
        && !(rounds && isFullFloat(type));
  }

  /** Tries all algorithms on memory of its own, within what is free. */
  private List<Candidate> measure(Direction direction, Convolution c) {
    int width = c.type().bytes();
    CudaMemory memory = cudnn.memory();
    try (Owner x = memory.allocate("trial x", c.xShape().elements() * width);
        Owner w = memory.allocate("trial w", c.weights() * width);
        Owner y = memory.allocate("trial y", c.yShape().elements() * width)) {
      long bytes = Math.min(WORKSPACE_LIMIT, cudnn.device().freeBytes() / 2);
      try (Owner workspace = memory.allocate("trial workspace", bytes)) {
        Direction.Trial trial =
            new Direction.Trial(
                new RawPointer(x.address()),
                new RawPointer(w.address()),
                new RawPointer(y.address()),
                new RawPointer(workspace.address()),
                bytes);
        List<Candidate> tried = direction.measured(cudnn.handle(), c, trial);
        memory.synchronise();
        return tried;
      }
    }
  }
}
