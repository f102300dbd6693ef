package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ACTIVATION_IDENTITY;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ACTIVATION_RELU;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_BFLOAT16;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_PROPAGATE_NAN;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TENSOR_NHWC;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateActivationDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreatePoolingDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnCreateTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyActivationDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyConvolutionDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyFilterDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyPoolingDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnDestroyTensorDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetActivationDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolution2dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetConvolutionGroupCount;
import static org.bytedeco.cuda.global.cudnn.cudnnSetFilter4dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetPooling2dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptor;
import static org.bytedeco.cuda.global.cudnn.cudnnSetTensor4dDescriptorEx;

import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.cuda.cudnn.cudnnActivationStruct;
import org.bytedeco.cuda.cudnn.cudnnConvolutionStruct;
import org.bytedeco.cuda.cudnn.cudnnFilterStruct;
import org.bytedeco.cuda.cudnn.cudnnPoolingStruct;
import org.bytedeco.cuda.cudnn.cudnnTensorStruct;

/** Owner of the descriptors of one operation; destroys them in reverse order. */
@SuppressWarnings("deprecation")
final class Descriptors implements AutoCloseable {
  private final Deque<Runnable> destroyers = new ArrayDeque<>();

  static int code(ElementType type) {
    return switch (type) {
      case F32 -> CUDNN_DATA_FLOAT;
      case BF16 -> CUDNN_DATA_BFLOAT16;
      case U8 -> throw new IllegalArgumentException("networks compute in F32 or BF16, not U8");
    };
  }

  /** Runs {@code destroyer} before those that are here already. */
  void onClose(Runnable destroyer) {
    destroyers.push(destroyer);
  }

  /** One that has not been set. */
  cudnnTensorStruct tensor() {
    cudnnTensorStruct made = new cudnnTensorStruct();
    Status.check("tensor descriptor", cudnnCreateTensorDescriptor(made));
    destroyers.push(() -> cudnnDestroyTensorDescriptor(made));
    return made;
  }

  /** A dense NHWC activation. */
  cudnnTensorStruct nhwc(Shape s, ElementType type) {
    cudnnTensorStruct made = tensor();
    Status.check(
        "descriptor of " + s,
        cudnnSetTensor4dDescriptor(
            made, CUDNN_TENSOR_NHWC, code(type), s.n(), s.c(), s.h(), s.w()));
    return made;
  }

  cudnnTensorStruct nhwc(Tensor t) {
    return nhwc(t.shape(), t.type());
  }

  /** One value per channel. */
  cudnnTensorStruct channels(int count, ElementType type) {
    return nhwc(new Shape(1, 1, 1, count), type);
  }

  /** fp32 weights as activations, in our order [out, in / groups, k, k]. */
  cudnnTensorStruct plainWeights(int out, int in, int k) {
    return weights(out, in, k, new int[] {in * k * k, k * k, k, 1});
  }

  /** The same in the library's order for NHWC, [out, k, k, in / groups]. */
  cudnnTensorStruct weightsByPixel(int out, int in, int k) {
    return weights(out, in, k, new int[] {in * k * k, 1, in * k, in});
  }

  private cudnnTensorStruct weights(int out, int in, int k, int[] strides) {
    cudnnTensorStruct made = tensor();
    Status.check(
        "descriptor of weights",
        cudnnSetTensor4dDescriptorEx(
            made, CUDNN_DATA_FLOAT, out, in, k, k, strides[0], strides[1], strides[2], strides[3]));
    return made;
  }

  cudnnFilterStruct filter(ConvolutionSpec spec, int inPerGroup, ElementType type) {
    cudnnFilterStruct made = new cudnnFilterStruct();
    Status.check("filter descriptor", cudnnCreateFilterDescriptor(made));
    destroyers.push(() -> cudnnDestroyFilterDescriptor(made));
    Status.check(
        "filter descriptor of " + spec,
        cudnnSetFilter4dDescriptor(
            made,
            code(type),
            CUDNN_TENSOR_NHWC,
            spec.outChannels(),
            inPerGroup,
            spec.kernel(),
            spec.kernel()));
    return made;
  }

  /** Sums are fp32 whatever the tensors' type. */
  cudnnConvolutionStruct convolution(ConvolutionSpec s) {
    cudnnConvolutionStruct made = new cudnnConvolutionStruct();
    Status.check("convolution descriptor", cudnnCreateConvolutionDescriptor(made));
    destroyers.push(() -> cudnnDestroyConvolutionDescriptor(made));
    Status.check(
        "descriptor of " + s,
        cudnnSetConvolution2dDescriptor(
            made,
            s.padding(),
            s.padding(),
            s.stride(),
            s.stride(),
            s.dilation(),
            s.dilation(),
            CUDNN_CROSS_CORRELATION,
            CUDNN_DATA_FLOAT));
    Status.check("groups of " + s, cudnnSetConvolutionGroupCount(made, s.groups()));
    return made;
  }

  cudnnActivationStruct activation(boolean relu) {
    cudnnActivationStruct made = new cudnnActivationStruct();
    Status.check("activation descriptor", cudnnCreateActivationDescriptor(made));
    destroyers.push(() -> cudnnDestroyActivationDescriptor(made));
    int mode = relu ? CUDNN_ACTIVATION_RELU : CUDNN_ACTIVATION_IDENTITY;
    Status.check("activation", cudnnSetActivationDescriptor(made, mode, CUDNN_PROPAGATE_NAN, 0));
    return made;
  }

  cudnnPoolingStruct pooling(PoolingSpec s, int mode) {
    cudnnPoolingStruct made = new cudnnPoolingStruct();
    Status.check("pooling descriptor", cudnnCreatePoolingDescriptor(made));
    destroyers.push(() -> cudnnDestroyPoolingDescriptor(made));
    Status.check(
        "descriptor of " + s,
        cudnnSetPooling2dDescriptor(
            made,
            mode,
            CUDNN_PROPAGATE_NAN,
            s.kernel(),
            s.kernel(),
            s.padding(),
            s.padding(),
            s.stride(),
            s.stride()));
    return made;
  }

  @Override
  public void close() {
    while (!destroyers.isEmpty()) {
      destroyers.pop().run();
    }
  }
}
