package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.PoolingSpec;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Pooling over square windows. */
final class Poolings {
  private static final long[] DENSE = {0, 0};

  private final dnnl_engine engine;
  private final dnnl_stream stream;

  Poolings(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  private static int algorithm(PoolingSpec spec) {
    return switch (spec.rule()) {
      case MAX -> dnnl_pooling_max;
      case AVERAGE_EXCLUDING_PADDING -> dnnl_pooling_avg_exclude_padding;
    };
  }

  private static long[] both(long value) {
    return new long[] {value, value};
  }

  private static long[] padHigh(PoolingSpec spec, Shape x, Shape y) {
    long rows = (long) (y.h() - 1) * spec.stride() + spec.kernel() - x.h() - spec.padding();
    long columns = (long) (y.w() - 1) * spec.stride() + spec.kernel() - x.w() - spec.padding();
    return new long[] {rows, columns};
  }

  private dnnl_primitive_desc forwardDesc(Handles h, PoolingSpec spec, Tensor x, Tensor y) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        spec + " of " + x,
        dnnl_pooling_forward_primitive_desc_create(
            pd,
            engine,
            dnnl_forward_training,
            algorithm(spec),
            h.nhwc(x),
            h.nhwc(y),
            both(spec.stride()),
            both(spec.kernel()),
            DENSE,
            both(spec.padding()),
            padHigh(spec, x.shape(), y.shape()),
            h.attributes()));
    return h.own(pd);
  }

  Forward forward(PoolingSpec spec, Tensor x, Tensor y) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc pd = forwardDesc(h, spec, x, y);
    PrimitiveOperation op =
        new PrimitiveOperation("pooling " + y.name(), stream, h, pd)
            .read(DNNL_ARG_SRC, x, h.nhwc(x))
            .write(DNNL_ARG_DST, y, h.nhwc(y));
    return new Forward(op, OneDnnBackend.workspace(op, pd, y.name()));
  }

  Operation backward(PoolingSpec spec, Tensor workspace, Tensor dy, Tensor dx) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc hint = forwardDesc(h, spec, dx, dy);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        spec + ", gradient of " + dx,
        dnnl_pooling_backward_primitive_desc_create(
            pd,
            engine,
            algorithm(spec),
            h.nhwc(dx),
            h.nhwc(dy),
            both(spec.stride()),
            both(spec.kernel()),
            DENSE,
            both(spec.padding()),
            padHigh(spec, dx.shape(), dy.shape()),
            hint,
            h.attributes()));
    h.own(pd);
    PrimitiveOperation op =
        new PrimitiveOperation("pooling " + dx.name() + " backward", stream, h, pd)
            .read(DNNL_ARG_DIFF_DST, dy, h.nhwc(dy))
            .write(DNNL_ARG_DIFF_SRC, dx, h.nhwc(dx));
    if (workspace != null) {
      op.read(
          DNNL_ARG_WORKSPACE,
          workspace,
          dnnl_primitive_desc_query_md(pd, dnnl_query_workspace_md, 0));
    }
    return op;
  }
}
