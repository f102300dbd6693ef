package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_COMP_TYPE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_CONV_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_DILATIONS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_POST_PADDINGS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATIONGRAPH_HANDLE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATIONGRAPH_OPS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_POINTWISE_BDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_POINTWISE_XDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_POINTWISE_YDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_POINTWISE_MATH_PREC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_POINTWISE_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_POINTWISE_NAN_PROPAGATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_POINTWISE_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_CROSS_CORRELATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_DATA_FLOAT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_RELU_FWD;
import static org.bytedeco.cuda.global.cudnn.CUDNN_PROPAGATE_NAN;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_CONVOLUTION_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_DATA_TYPE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_NAN_PROPOGATION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_POINTWISE_MODE;

import dev.assay.nn.backend.ConvolutionSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudnn.cudnnContext;

/**
 * Operations over tensors, as the library's graph API is told about them: what lies between two
 * operations is never written to memory. Sums are fp32. Owner of the descriptors, which plans made
 * of the graph refer to.
 */
final class FusedGraph implements AutoCloseable {
  private final String name;
  private final List<BackendDescriptor> owned = new ArrayList<>();
  private final List<BackendDescriptor> operations = new ArrayList<>();
  private final GraphTensors tensors = new GraphTensors(this);

  /**
   * @param name for messages
   */
  FusedGraph(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  GraphTensors tensors() {
    return tensors;
  }

  /** A descriptor that lives as long as the graph. */
  BackendDescriptor descriptor(int kind) {
    BackendDescriptor made = new BackendDescriptor(kind, name);
    owned.add(made);
    return made;
  }

  /** Adds an operation once its attributes are set. */
  void add(BackendDescriptor operation) {
    operations.add(operation.finish());
  }

  /** y = x * w. */
  void convolution(
      ConvolutionSpec s, BackendDescriptor x, BackendDescriptor w, BackendDescriptor y) {
    BackendDescriptor rule = descriptor(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    rule.code(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT)
        .code(
            CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION)
        .longs(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, 2)
        .longs(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, s.padding(), s.padding())
        .longs(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, s.padding(), s.padding())
        .longs(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, s.stride(), s.stride())
        .longs(CUDNN_ATTR_CONVOLUTION_DILATIONS, s.dilation(), s.dilation())
        .finish();
    add(
        descriptor(CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR)
            .refer(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, rule)
            .refer(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, x)
            .refer(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, w)
            .refer(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, y)
            .single(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, 1f)
            .single(CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, 0f));
  }

  /**
   * y = function(a, b) element by element; b may have one value per channel or one in all. A NaN
   * stays one.
   *
   * @param function one of the library's pointwise modes
   * @param b null where the function has one input
   */
  void pointwise(int function, BackendDescriptor a, BackendDescriptor b, BackendDescriptor y) {
    BackendDescriptor rule = descriptor(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
    rule.code(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, function)
        .code(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
    if (function == CUDNN_POINTWISE_RELU_FWD) {
      rule.code(
          CUDNN_ATTR_POINTWISE_NAN_PROPAGATION, CUDNN_TYPE_NAN_PROPOGATION, CUDNN_PROPAGATE_NAN);
    }
    rule.finish();
    BackendDescriptor operation =
        descriptor(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR)
            .refer(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, rule)
            .refer(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, a)
            .refer(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
    if (b != null) {
      operation.refer(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, b);
    }
    add(operation);
  }

  /** The graph of all operations, finished. */
  BackendDescriptor connect(cudnnContext handle) {
    return descriptor(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)
        .handle(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, handle)
        .refer(CUDNN_ATTR_OPERATIONGRAPH_OPS, operations)
        .finish();
  }

  @Override
  public void close() {
    for (int i = owned.size() - 1; i >= 0; i--) {
      owned.get(i).close();
    }
  }
}
