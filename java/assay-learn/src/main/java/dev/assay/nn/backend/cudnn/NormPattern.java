package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_BIAS_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_EPSILON_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_EXP_AVG_FACTOR_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_MEAN_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_VAR_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_INV_VARIANCE_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_MEAN_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_MEAN_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_VAR_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_PHASE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_SCALE_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_XDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_FWD_YDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_OPERATION_NORM_FORWARD_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCH_NORM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NORM_FWD_TRAINING;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_ADD;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_CMP_GT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_RELU_FWD;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_NORM_FWD_PHASE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_NORM_MODE;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;

/**
 * y = relu?(norm(x) + addend?) with the batch's statistics, and with them the running ones: the
 * library's pattern NormAddRelu.
 *
 * @param mask how the graph also finds which y are positive, for the gradient
 */
record NormPattern(Shape x, ElementType type, boolean addend, boolean relu, Mask mask)
    implements FusedPattern {

  /** What y is compared with. */
  enum Mask {
    /** Nothing: no mask is written. */
    NONE(""),
    /** One zero. */
    VALUE(" + mask"),
    /**
     * As many zeros as y has elements, which have to be read: what the library's own examples do,
     * should it not take one.
     */
    TENSOR(" + mask by a tensor");

    private final String text;

    Mask(String text) {
      this.text = text;
    }
  }

  @Override
  public String kind() {
    return "batch norm" + (addend ? " + sum" : "") + (relu ? " + relu" : "") + mask.text;
  }

  @Override
  public void describe(FusedGraph graph) {
    GraphTensors tensors = graph.tensors();
    BackendDescriptor y = tensors.activation(Role.Y, x, type);
    BackendDescriptor last = addend || relu ? tensors.between(x) : y;
    graph.add(norm(graph, last));
    if (addend) {
      BackendDescriptor a = tensors.activation(Role.ADDEND, x, type);
      BackendDescriptor sum = relu ? tensors.between(x) : y;
      graph.pointwise(CUDNN_POINTWISE_ADD, last, a, sum);
      last = sum;
    }
    if (relu) {
      graph.pointwise(CUDNN_POINTWISE_RELU_FWD, last, null, y);
    }
    if (mask != Mask.NONE) {
      BackendDescriptor zero =
          mask == Mask.VALUE ? tensors.scalar(Role.ZERO) : tensors.activation(Role.ZERO, x, type);
      graph.pointwise(CUDNN_POINTWISE_CMP_GT, y, zero, tensors.bits(Role.MASK, x));
    }
  }

  private BackendDescriptor norm(FusedGraph graph, BackendDescriptor y) {
    GraphTensors t = graph.tensors();
    return graph
        .descriptor(CUDNN_BACKEND_OPERATION_NORM_FORWARD_DESCRIPTOR)
        .code(CUDNN_ATTR_OPERATION_NORM_FWD_MODE, CUDNN_TYPE_NORM_MODE, CUDNN_BATCH_NORM)
        .code(
            CUDNN_ATTR_OPERATION_NORM_FWD_PHASE, CUDNN_TYPE_NORM_FWD_PHASE, CUDNN_NORM_FWD_TRAINING)
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_XDESC, t.activation(Role.X, x, type))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_SCALE_DESC, perChannel(t, Role.SCALE))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_BIAS_DESC, perChannel(t, Role.SHIFT))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_EPSILON_DESC, t.scalar(Role.EPSILON))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_EXP_AVG_FACTOR_DESC, t.scalar(Role.MOMENTUM))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_MEAN_DESC, perChannel(t, Role.OLD_MEAN))
        .refer(
            CUDNN_ATTR_OPERATION_NORM_FWD_INPUT_RUNNING_VAR_DESC, perChannel(t, Role.OLD_VARIANCE))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_MEAN_DESC, perChannel(t, Role.NEW_MEAN))
        .refer(
            CUDNN_ATTR_OPERATION_NORM_FWD_OUTPUT_RUNNING_VAR_DESC, perChannel(t, Role.NEW_VARIANCE))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_MEAN_DESC, perChannel(t, Role.MEAN))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_INV_VARIANCE_DESC, perChannel(t, Role.INVERSE))
        .refer(CUDNN_ATTR_OPERATION_NORM_FWD_YDESC, y);
  }

  private BackendDescriptor perChannel(GraphTensors tensors, Role role) {
    return tensors.channels(role, x.c(), ElementType.F32);
  }
}
