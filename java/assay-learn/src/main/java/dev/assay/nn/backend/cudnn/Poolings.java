package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POOLING_MAX_DETERMINISTIC;
import static org.bytedeco.cuda.global.cudnn.cudnnPoolingBackward;
import static org.bytedeco.cuda.global.cudnn.cudnnPoolingForward;

import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.cuda.cudnn.cudnnPoolingStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/** Pooling over square windows. The gradient finds the winners again from x and y. */
@SuppressWarnings("deprecation")
final class Poolings {
  private Poolings() {}

  private static int mode(PoolingSpec spec) {
    return switch (spec.rule()) {
      case MAX -> CUDNN_POOLING_MAX_DETERMINISTIC;
      case AVERAGE_EXCLUDING_PADDING -> CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING;
    };
  }

  static final class Forward extends CudnnOperation {
    private final Tensor x;
    private final Tensor y;
    private final cudnnPoolingStruct window;
    private final cudnnTensorStruct xLayout;
    private final cudnnTensorStruct yLayout;
    private RawPointer in;
    private RawPointer out;

    Forward(CudnnContext cudnn, PoolingSpec spec, Tensor x, Tensor y) {
      super(cudnn, "pooling " + y.name());
      this.x = x;
      this.y = y;
      this.window = descriptors().pooling(spec, mode(spec));
      this.xLayout = descriptors().nhwc(x);
      this.yLayout = descriptors().nhwc(y);
      reads(x);
      writes(y);
    }

    @Override
    public void bind(long scratch) {
      in = RawPointer.to(x);
      out = RawPointer.to(y);
    }

    @Override
    public void run() {
      CudnnContext c = cudnn();
      check(cudnnPoolingForward(c.handle(), window, c.one(), xLayout, in, c.zero(), yLayout, out));
    }
  }

  static final class Backward extends CudnnOperation {
    private final Tensor x;
    private final Tensor y;
    private final Tensor dy;
    private final Tensor dx;
    private final cudnnPoolingStruct window;
    private final cudnnTensorStruct xLayout;
    private final cudnnTensorStruct yLayout;
    private RawPointer in;
    private RawPointer out;
    private RawPointer seed;
    private RawPointer gradient;

    Backward(CudnnContext cudnn, PoolingSpec spec, Tensor x, Tensor y, Tensor dy, Tensor dx) {
      super(cudnn, "pooling " + dx.name() + " backward");
      this.x = x;
      this.y = y;
      this.dy = dy;
      this.dx = dx;
      this.window = descriptors().pooling(spec, mode(spec));
      this.xLayout = descriptors().nhwc(x);
      this.yLayout = descriptors().nhwc(y);
      reads(x, y, dy);
      writes(dx);
    }

    @Override
    public void bind(long scratch) {
      in = RawPointer.to(x);
      out = RawPointer.to(y);
      seed = RawPointer.to(dy);
      gradient = RawPointer.to(dx);
    }

    @Override
    public void run() {
      CudnnContext c = cudnn();
      check(
          cudnnPoolingBackward(
              c.handle(),
              window,
              c.one(),
              yLayout,
              out,
              yLayout,
              seed,
              xLayout,
              in,
              c.zero(),
              xLayout,
              gradient));
    }
  }
}
