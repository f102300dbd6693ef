package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_format_tag_any;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_goihw;
import static org.bytedeco.dnnl.global.dnnl.dnnl_oihw;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_binary;
import static org.bytedeco.dnnl.global.dnnl.dnnl_post_ops_append_eltwise;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_diff_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_weights_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_x;

import dev.assay.nn.backend.Backend.Epilogue;
import dev.assay.nn.backend.ConvolutionSpec;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * Convolutions over NHWC activations. The library chooses the layout of the weights; they are
 * repacked from the fp32 master copy when that has changed.
 */
final class Convolutions {
  /**
   * Name of the implementations that are not used for the weight gradient of strided 1x1
   * convolutions: with more threads than one, images shared unevenly between them, they now and
   * then lose part of the sum.
   */
  private static final String POINTWISE = "jit_1x1";

  private final dnnl_engine engine;
  private final dnnl_stream stream;

  Convolutions(dnnl_engine engine, dnnl_stream stream) {
    this.engine = engine;
    this.stream = stream;
  }

  Operation forward(
      ConvolutionSpec spec, Tensor x, Tensor w, Tensor bias, Tensor y, Epilogue epilogue) {
    Handles h = new Handles(engine);
    Geometry g = new Geometry(spec, x);
    dnnl_memory_desc src = h.nhwc(x);
    dnnl_memory_desc dst = h.nhwc(y);
    dnnl_memory_desc wAny = g.weights(h, x.type(), dnnl_format_tag_any);
    dnnl_memory_desc b = bias == null ? null : channelVector(h, spec.outChannels());
    dnnl_primitive_attr attr = h.attributes(post -> appendEpilogue(post, epilogue, dst));
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "convolution " + spec + " of " + x,
        dnnl_convolution_forward_primitive_desc_create(
            pd,
            engine,
            dnnl_forward_training,
            dnnl_convolution_direct,
            src,
            wAny,
            b,
            dst,
            g.strides,
            g.dilates,
            g.padLow,
            g.padHigh,
            attr));
    h.own(pd);
    PrimitiveOperation op =
        new PackedConvolution(
            "convolution " + w.name(),
            engine,
            stream,
            h,
            pd,
            w,
            g.weights(h, ElementType.F32, g.plainTag()),
            dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0));
    op.read(DNNL_ARG_SRC, x, src).write(DNNL_ARG_DST, y, dst);
    if (bias != null) {
      op.read(DNNL_ARG_BIAS, bias, b);
    }
    if (epilogue.addend() != null) {
      op.read(DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1, epilogue.addend(), dst);
    }
    return op;
  }

  private static void appendEpilogue(dnnl_post_ops post, Epilogue epilogue, dnnl_memory_desc dst) {
    if (epilogue.addend() != null) {
      Status.check("post-operation add", dnnl_post_ops_append_binary(post, dnnl_binary_add, dst));
    }
    if (epilogue.relu()) {
      Status.check(
          "post-operation relu", dnnl_post_ops_append_eltwise(post, dnnl_eltwise_relu, 0f, 0f));
    }
  }

  Operation backwardData(ConvolutionSpec spec, Tensor dy, Tensor w, Tensor dx) {
    Handles h = new Handles(engine);
    Geometry g = new Geometry(spec, dx);
    dnnl_memory_desc diffSrc = h.nhwc(dx);
    dnnl_memory_desc diffDst = h.nhwc(dy);
    dnnl_memory_desc wAny = g.weights(h, dx.type(), dnnl_format_tag_any);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "convolution " + spec + ", gradient of " + dx,
        dnnl_convolution_backward_data_primitive_desc_create(
            pd,
            engine,
            dnnl_convolution_direct,
            diffSrc,
            wAny,
            diffDst,
            g.strides,
            g.dilates,
            g.padLow,
            g.padHigh,
            g.hint(h, engine, dx, dy),
            h.attributes()));
    h.own(pd);
    return new PackedConvolution(
            "convolution " + w.name() + " backward data",
            engine,
            stream,
            h,
            pd,
            w,
            g.weights(h, ElementType.F32, g.plainTag()),
            dnnl_primitive_desc_query_md(pd, dnnl_query_weights_md, 0))
        .read(DNNL_ARG_DIFF_DST, dy, diffDst)
        .write(DNNL_ARG_DIFF_SRC, dx, diffSrc);
  }

  Operation backwardWeights(ConvolutionSpec spec, Tensor x, Tensor dy, Tensor dw, Tensor db) {
    Handles h = new Handles(engine);
    Geometry g = new Geometry(spec, x);
    dnnl_memory_desc src = h.nhwc(x);
    dnnl_memory_desc diffDst = h.nhwc(dy);
    dnnl_memory_desc wAny = g.weights(h, ElementType.F32, dnnl_format_tag_any);
    dnnl_memory_desc b = db == null ? null : channelVector(h, spec.outChannels());
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "convolution " + spec + ", gradient of " + dw,
        dnnl_convolution_backward_weights_primitive_desc_create(
            pd,
            engine,
            dnnl_convolution_direct,
            src,
            wAny,
            b,
            diffDst,
            g.strides,
            g.dilates,
            g.padLow,
            g.padHigh,
            g.hint(h, engine, x, dy),
            h.attributes()));
    h.own(pd);
    if (g.isStridedPointwise() && !Handles.select(pd, name -> !name.startsWith(POINTWISE))) {
      throw new UnsupportedOperationException(
          "the library has no reproducible gradient for convolution " + spec + " of " + x);
    }
    PrimitiveOperation op =
        new UnpackedGradient(
            "convolution " + dw.name() + " backward",
            engine,
            stream,
            h,
            pd,
            dw,
            g.weights(h, ElementType.F32, g.plainTag()),
            dnnl_primitive_desc_query_md(pd, dnnl_query_diff_weights_md, 0));
    op.read(DNNL_ARG_SRC, x, src).read(DNNL_ARG_DIFF_DST, dy, diffDst);
    if (db != null) {
      op.write(DNNL_ARG_DIFF_BIAS, db, b);
    }
    return op;
  }

  static dnnl_memory_desc channelVector(Handles h, int channels) {
    return h.tagged(new long[] {channels}, ElementType.F32, dnnl_x);
  }

  /** The library's form of a spec for one input shape. */
  private static final class Geometry {
    final ConvolutionSpec spec;
    final int inChannels;
    final long[] strides;
    final long[] dilates;
    final long[] padLow;
    final long[] padHigh;

    Geometry(ConvolutionSpec spec, Tensor x) {
      this.spec = spec;
      this.inChannels = x.shape().c();
      var out = spec.output(x.shape());
      strides = new long[] {spec.stride(), spec.stride()};
      dilates = new long[] {spec.dilation() - 1, spec.dilation() - 1};
      padLow = new long[] {spec.padding(), spec.padding()};
      padHigh = new long[] {padHigh(x.shape().h(), out.h()), padHigh(x.shape().w(), out.w())};
    }

    /**
     * What the last window needs beyond the image; less than the padding where the stride leaves a
     * rest.
     */
    private long padHigh(int in, int out) {
      return (long) (out - 1) * spec.stride() + spec.extent() - in - spec.padding();
    }

    boolean isStridedPointwise() {
      return spec.kernel() == 1 && spec.stride() > 1;
    }

    int plainTag() {
      return spec.groups() == 1 ? dnnl_oihw : dnnl_goihw;
    }

    dnnl_memory_desc weights(Handles h, ElementType type, int tag) {
      long o = spec.outChannels() / spec.groups();
      long i = inChannels / spec.groups();
      long k = spec.kernel();
      long[] dims =
          spec.groups() == 1 ? new long[] {o, i, k, k} : new long[] {spec.groups(), o, i, k, k};
      return h.tagged(dims, type, tag);
    }

    /** The forward descriptor that the library wants beside a backward one. */
    dnnl_primitive_desc hint(Handles h, dnnl_engine engine, Tensor x, Tensor dy) {
      dnnl_primitive_desc pd = new dnnl_primitive_desc();
      Status.check(
          "convolution " + spec,
          dnnl_convolution_forward_primitive_desc_create(
              pd,
              engine,
              dnnl_forward_training,
              dnnl_convolution_direct,
              h.nhwc(x),
              weights(h, x.type(), dnnl_format_tag_any),
              null,
              h.nhwc(dy),
              strides,
              dilates,
              padLow,
              padHigh,
              null));
      return h.own(pd);
    }
  }
}
