package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_LAYER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.LstmSpec;
import dev.assay.nn.backend.LstmWeights;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import dev.assay.nn.backend.onednn.LstmArray.Role;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Recurrent layers. The library chooses the layout of the weights, for each pass its own. */
final class Recurrences {
  private final dnnl_engine engine;
  private final dnnl_stream stream;

  Recurrences(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  Forward lstm(LstmSpec spec, Tensor x, LstmWeights w, Tensor y, boolean training) {
    Handles h = new Handles(engine);
    LstmLayouts layouts = new LstmLayouts(h, engine, spec, x, y);
    dnnl_primitive_desc pd = layouts.forward(training);
    LstmArrays weights = arrays(Role.READ, h, layouts, pd, w);
    PrimitiveOperation op = new LstmOperation("lstm " + y.name(), stream, h, pd, weights);
    w.tensors().forEach(op::alsoReads);
    op.read(DNNL_ARG_SRC_LAYER, x, layouts.x).write(DNNL_ARG_DST_LAYER, y, layouts.y);
    return new Forward(op, training ? OneDnnBackend.workspace(op, pd, y.name()) : null);
  }

  Operation lstmBackward(
      LstmSpec spec,
      Tensor x,
      LstmWeights w,
      Tensor y,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      LstmWeights dw) {
    Handles h = new Handles(engine);
    LstmLayouts layouts = new LstmLayouts(h, engine, spec, x, y);
    dnnl_primitive_desc pd = layouts.backward(layouts.forward(true));
    LstmArrays weights = arrays(Role.READ, h, layouts, pd, w);
    LstmArrays gradients = arrays(Role.WRITTEN, h, layouts, pd, dw);
    PrimitiveOperation op =
        new LstmGradient(
            "lstm " + y.name() + " backward", stream, h, pd, weights, gradients, x.shape().w());
    w.tensors().forEach(op::alsoReads);
    dw.tensors().forEach(op::alsoWrites);
    return op.read(DNNL_ARG_SRC_LAYER, x, layouts.x)
        .read(DNNL_ARG_DST_LAYER, y, layouts.y)
        .read(
            DNNL_ARG_WORKSPACE,
            workspace,
            dnnl_primitive_desc_query_md(pd, dnnl_query_workspace_md, 0))
        .read(DNNL_ARG_DIFF_DST_LAYER, dy, layouts.y)
        .write(DNNL_ARG_DIFF_SRC_LAYER, dx, layouts.x);
  }

  private LstmArrays arrays(
      Role role, Handles h, LstmLayouts plain, dnnl_primitive_desc pd, LstmWeights tensors) {
    int query = role == Role.READ ? dnnl_query_weights_md : dnnl_query_diff_weights_md;
    return new LstmArrays(
        new LstmArray(
            "lstm input weights",
            role,
            h,
            engine,
            stream,
            plain.input,
            dnnl_primitive_desc_query_md(pd, query, 0)),
        new LstmArray(
            "lstm recurrent weights",
            role,
            h,
            engine,
            stream,
            plain.recurrent,
            dnnl_primitive_desc_query_md(pd, query, 1)),
        new LstmArray("lstm bias", role, h, engine, stream, plain.bias, plain.bias),
        tensors);
  }
}
