package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_DBIAS_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_DSCALE_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_DXDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_DYDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_INV_VARIANCE_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_MEAN_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_SCALE_DESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_OPERATION_NORM_BWD_XDESC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_OPERATION_NORM_BACKWARD_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BATCH_NORM;
import static org.bytedeco.cuda.global.cudnn.CUDNN_POINTWISE_MUL;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_NORM_MODE;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Shape;

/**
 * Gradients of {@link NormPattern}: the library's pattern DReluForkDNorm.
 *
 * @param mask whether dy counts only where the mask says so
 * @param addend whether the part of dy that counts is wanted too
 */
record NormGradientPattern(Shape x, ElementType type, boolean mask, boolean addend)
    implements FusedPattern {

  @Override
  public String kind() {
    return "batch norm"
        + (addend ? " + sum" : "")
        + (mask ? " + relu by mask" : "")
        + ", gradients";
  }

  @Override
  public void describe(FusedGraph graph) {
    GraphTensors t = graph.tensors();
    BackendDescriptor dy = t.activation(Role.DY, x, type);
    BackendDescriptor seed = dy;
    if (mask) {
      // A product with 0 or 1 is exact in dy's own type.
      seed = addend ? t.activation(Role.D_ADDEND, x, type) : t.between(x, type);
      graph.pointwise(CUDNN_POINTWISE_MUL, dy, t.bits(Role.MASK, x), seed);
    }
    graph.add(
        graph
            .descriptor(CUDNN_BACKEND_OPERATION_NORM_BACKWARD_DESCRIPTOR)
            .code(CUDNN_ATTR_OPERATION_NORM_BWD_MODE, CUDNN_TYPE_NORM_MODE, CUDNN_BATCH_NORM)
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_XDESC, t.activation(Role.X, x, type))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_MEAN_DESC, perChannel(t, Role.MEAN))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_INV_VARIANCE_DESC, perChannel(t, Role.INVERSE))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_SCALE_DESC, perChannel(t, Role.SCALE))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_DYDESC, seed)
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_DSCALE_DESC, perChannel(t, Role.D_SCALE))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_DBIAS_DESC, perChannel(t, Role.D_SHIFT))
            .refer(CUDNN_ATTR_OPERATION_NORM_BWD_DXDESC, t.activation(Role.DX, x, type)));
  }

  private BackendDescriptor perChannel(GraphTensors tensors, Role role) {
    return tensors.channels(role, x.c(), ElementType.F32);
  }
}
