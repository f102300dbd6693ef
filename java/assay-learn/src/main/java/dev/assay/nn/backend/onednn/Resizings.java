package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_resampling_nearest;

import dev.assay.nn.backend.Interpolation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Resizing of images: the library's half-pixel rules, and aligned corners as matrix products. */
final class Resizings {
  private final dnnl_engine engine;
  private final dnnl_stream stream;

  Resizings(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  private dnnl_primitive_desc forwardDesc(Handles h, int algorithm, Tensor x, Tensor y) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "resize " + x + " to " + y,
        dnnl_resampling_forward_primitive_desc_create(
            pd,
            engine,
            dnnl_forward_training,
            algorithm,
            (float[]) null,
            h.nhwc(x),
            h.nhwc(y),
            h.attributes()));
    return h.own(pd);
  }

  private static int algorithm(Interpolation rule) {
    return rule == Interpolation.NEAREST_HALF_PIXEL
        ? dnnl_resampling_nearest
        : dnnl_resampling_linear;
  }

  Operation forward(Interpolation rule, Tensor x, Tensor y) {
    if (rule == Interpolation.BILINEAR_ALIGNED_CORNERS) {
      return AlignedResize.forward(engine, stream, x, y);
    }
    Handles h = new Handles(engine);
    dnnl_primitive_desc pd = forwardDesc(h, algorithm(rule), x, y);
    return new PrimitiveOperation("resize " + y.name(), stream, h, pd)
        .read(DNNL_ARG_SRC, x, h.nhwc(x))
        .write(DNNL_ARG_DST, y, h.nhwc(y));
  }

  Operation backward(Interpolation rule, Tensor dy, Tensor dx) {
    if (rule == Interpolation.BILINEAR_ALIGNED_CORNERS) {
      return AlignedResize.backward(engine, stream, dy, dx);
    }
    Handles h = new Handles(engine);
    dnnl_primitive_desc hint = forwardDesc(h, algorithm(rule), dx, dy);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "resize, gradient of " + dx,
        dnnl_resampling_backward_primitive_desc_create(
            pd,
            engine,
            algorithm(rule),
            (float[]) null,
            h.nhwc(dx),
            h.nhwc(dy),
            hint,
            h.attributes()));
    h.own(pd);
    return new PrimitiveOperation("resize " + dx.name() + " backward", stream, h, pd)
        .read(DNNL_ARG_DIFF_DST, dy, h.nhwc(dy))
        .write(DNNL_ARG_DIFF_SRC, dx, h.nhwc(dx));
  }
}
