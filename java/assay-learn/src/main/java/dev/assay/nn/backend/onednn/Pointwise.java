package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_logistic_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu_use_dst_for_bwd;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_create_submemory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;

import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Operations on one element at a time, and copies. */
final class Pointwise {
  private final dnnl_engine engine;
  private final dnnl_stream stream;

  Pointwise(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  Operation relu(Tensor x, Tensor y) {
    return forward("relu", dnnl_eltwise_relu, x, y);
  }

  Operation reluBackward(Tensor y, Tensor dy, Tensor dx) {
    return backward("relu", dnnl_eltwise_relu_use_dst_for_bwd, y, dy, dx);
  }

  Operation sigmoid(Tensor x, Tensor y) {
    return forward("sigmoid", dnnl_eltwise_logistic, x, y);
  }

  Operation sigmoidBackward(Tensor y, Tensor dy, Tensor dx) {
    return backward("sigmoid", dnnl_eltwise_logistic_use_dst_for_bwd, y, dy, dx);
  }

  private dnnl_primitive_desc forwardDesc(
      Handles h, String function, int algorithm, Tensor x, Tensor y) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        function + " of " + x,
        dnnl_eltwise_forward_primitive_desc_create(
            pd,
            engine,
            dnnl_forward_training,
            algorithm,
            h.nhwc(x),
            h.nhwc(y),
            0f,
            0f,
            h.attributes()));
    return h.own(pd);
  }

  private Operation forward(String function, int algorithm, Tensor x, Tensor y) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc pd = forwardDesc(h, function, algorithm, x, y);
    return new PrimitiveOperation(function + " " + y.name(), stream, h, pd)
        .read(DNNL_ARG_SRC, x, h.nhwc(x))
        .write(DNNL_ARG_DST, y, h.nhwc(y));
  }

  /** The gradient from the function's result y, so that x need not be kept. */
  private Operation backward(String function, int algorithm, Tensor y, Tensor dy, Tensor dx) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc hint = forwardDesc(h, function, algorithm, y, y);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        function + ", gradient of " + dx,
        dnnl_eltwise_backward_primitive_desc_create(
            pd,
            engine,
            algorithm,
            h.nhwc(dx),
            h.nhwc(dy),
            h.nhwc(y),
            0f,
            0f,
            hint,
            h.attributes()));
    h.own(pd);
    return new PrimitiveOperation(function + " " + y.name() + " backward", stream, h, pd)
        .read(DNNL_ARG_DST, y, h.nhwc(y))
        .read(DNNL_ARG_DIFF_DST, dy, h.nhwc(dy))
        .write(DNNL_ARG_DIFF_SRC, dx, h.nhwc(dx));
  }

  Operation add(Tensor a, Tensor b, Tensor y, boolean relu) {
    return binary(dnnl_binary_add, a, b, y, relu ? dnnl_eltwise_relu : 0, 0f);
  }

  Operation multiply(Tensor a, Tensor b, Tensor y, float factor) {
    return binary(dnnl_binary_mul, a, b, y, factor == 1f ? 0 : dnnl_eltwise_linear, factor);
  }

  /** y = f(a op b), where f is an element-wise algorithm with parameter alpha, or 0 for none. */
  private Operation binary(int algorithm, Tensor a, Tensor b, Tensor y, int f, float alpha) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "element-wise " + y,
        dnnl_binary_primitive_desc_create(
            pd,
            engine,
            algorithm,
            h.nhwc(a),
            h.nhwc(b),
            h.nhwc(y),
            h.attributes(post -> append(post, f, alpha))));
    h.own(pd);
    return new PrimitiveOperation("element-wise " + y.name(), stream, h, pd)
        .read(DNNL_ARG_SRC_0, a, h.nhwc(a))
        .read(DNNL_ARG_SRC_1, b, h.nhwc(b))
        .write(DNNL_ARG_DST, y, h.nhwc(y));
  }

  private static void append(dnnl_post_ops post, int f, float alpha) {
    if (f != 0) {
      Status.check("post-operation", dnnl_post_ops_append_eltwise(post, f, alpha, 0f));
    }
  }

  Operation cast(Tensor x, Tensor y) {
    Handles h = new Handles(engine);
    return copy("cast " + y.name(), h, x, h.nhwc(x), y, h.nhwc(y));
  }

  Operation copyIntoChannels(Tensor x, Tensor y, int channel) {
    Handles h = new Handles(engine);
    return copy("concatenate " + y.name(), h, x, h.nhwc(x), y, channels(h, y, channel, x));
  }

  Operation copyFromChannels(Tensor x, int channel, Tensor y) {
    Handles h = new Handles(engine);
    return copy("slice " + y.name(), h, x, channels(h, x, channel, y), y, h.nhwc(y));
  }

  private static dnnl_memory_desc channels(Handles h, Tensor whole, int channel, Tensor part) {
    dnnl_memory_desc md = new dnnl_memory_desc();
    Status.check(
        "channels of " + whole,
        dnnl_memory_desc_create_submemory(
            md, h.nhwc(whole), Handles.dims(part.shape()), new long[] {0, channel, 0, 0}));
    return h.own(md);
  }

  /** y = x, each in the layout given. */
  Operation copy(
      String name, Handles h, Tensor x, dnnl_memory_desc from, Tensor y, dnnl_memory_desc to) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        name, dnnl_reorder_primitive_desc_create(pd, from, engine, to, engine, h.attributes()));
    h.own(pd);
    return new PrimitiveOperation(name, stream, h, pd)
        .read(DNNL_ARG_FROM, x, from)
        .write(DNNL_ARG_TO, y, to);
  }
}
