package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_workspace_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import dev.assay.nn.backend.Backend.Forward;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Normalisation;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.agrona.UnsafeApi;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** Batch normalisation, with ReLU in the same pass where asked for. */
final class Normalisations {
  /**
   * The library's first choice has its threads spin at barriers inside the primitive. When any
   * other thread of the machine is busy, a barrier lasts until the scheduler's next slice: a
   * hundred times the work itself. This implementation ends its parallel regions instead.
   */
  private static final String WITHOUT_BARRIERS = "bnorm_tbb_jit";

  private static final int AFFINE = dnnl_use_scale | dnnl_use_shift;

  private final dnnl_engine engine;
  private final dnnl_stream stream;
  private final Pointwise pointwise;

  Normalisations(dnnl_engine engine, dnnl_stream stream, Pointwise pointwise) {
    this.engine = engine;
    this.stream = stream;
    this.pointwise = pointwise;
  }

  private dnnl_primitive_desc forwardDesc(
      Handles h, Normalisation norm, dnnl_memory_desc layout, int kind, int flags) {
    dnnl_primitive_desc pd = createForward(h, norm, layout, kind, flags);
    if (!Handles.select(pd, name -> name.startsWith(WITHOUT_BARRIERS))) {
      pd = createForward(h, norm, layout, kind, flags);
    }
    return pd;
  }

  private dnnl_primitive_desc createForward(
      Handles h, Normalisation norm, dnnl_memory_desc layout, int kind, int flags) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "batch normalisation " + norm.scale().name(),
        dnnl_batch_normalization_forward_primitive_desc_create(
            pd, engine, kind, layout, layout, norm.epsilon(), flags, h.attributes()));
    return h.own(pd);
  }

  private dnnl_primitive_desc backwardDesc(
      Handles h, Normalisation norm, dnnl_memory_desc layout, int flags) {
    dnnl_primitive_desc hint = forwardDesc(h, norm, layout, dnnl_forward_training, flags);
    dnnl_primitive_desc pd = createBackward(h, norm, layout, flags, hint);
    if (!Handles.select(pd, name -> name.startsWith(WITHOUT_BARRIERS))) {
      pd = createBackward(h, norm, layout, flags, hint);
    }
    return pd;
  }

  private dnnl_primitive_desc createBackward(
      Handles h, Normalisation norm, dnnl_memory_desc layout, int flags, dnnl_primitive_desc hint) {
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "batch normalisation, gradient of " + norm.scale().name(),
        dnnl_batch_normalization_backward_primitive_desc_create(
            pd,
            engine,
            dnnl_backward,
            layout,
            layout,
            layout,
            norm.epsilon(),
            flags,
            hint,
            h.attributes()));
    return h.own(pd);
  }

  private static int relu(boolean relu) {
    return relu ? dnnl_fuse_norm_relu : 0;
  }

  Forward training(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor addend,
      Tensor y,
      boolean relu) {
    if (addend == null) {
      return training(norm, x, mean, variance, y, relu);
    }
    Tensor normal = new Tensor(y.name() + " before the sum", y.shape(), y.type());
    Operation first = training(norm, x, mean, variance, normal, false).operation();
    Operation sum = pointwise.add(normal, addend, y, relu);
    // The gradient of ReLU needs its result.
    return new Forward(
        new Sequence(first.name(), List.of(first, sum), List.of(normal)), relu ? y : null);
  }

  private Forward training(
      Normalisation norm, Tensor x, Tensor mean, Tensor variance, Tensor y, boolean relu) {
    Handles h = new Handles(engine);
    dnnl_memory_desc layout = ChannelBlocks.layout(h, x);
    ChannelBlocks blocks = new ChannelBlocks(h, pointwise, x);
    dnnl_primitive_desc pd =
        forwardDesc(h, norm, layout, dnnl_forward_training, AFFINE | relu(relu));
    dnnl_memory_desc vector = Convolutions.channelVector(h, x.shape().c());
    PrimitiveOperation op =
        new Training("batch norm " + norm.scale().name(), stream, h, pd, norm, x, mean, variance);
    op.read(DNNL_ARG_SRC, blocks.in(x), layout)
        .read(DNNL_ARG_SCALE, norm.scale(), vector)
        .read(DNNL_ARG_SHIFT, norm.shift(), vector)
        .write(DNNL_ARG_MEAN, mean, vector)
        .write(DNNL_ARG_VARIANCE, variance, vector)
        .write(DNNL_ARG_DST, blocks.out(y), layout);
    Tensor workspace = OneDnnBackend.workspace(op, pd, y.name());
    return new Forward(blocks.around(op), workspace);
  }

  Operation backward(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      Tensor dAddend,
      Tensor dScale,
      Tensor dShift,
      boolean relu) {
    if (dAddend == null) {
      return backward(norm, x, mean, variance, workspace, dy, dx, dScale, dShift, relu);
    }
    Operation masked = pointwise.reluBackward(workspace, dy, dAddend);
    Operation rest = backward(norm, x, mean, variance, null, dAddend, dx, dScale, dShift, false);
    return new Sequence(rest.name(), List.of(masked, rest), List.of());
  }

  private Operation backward(
      Normalisation norm,
      Tensor x,
      Tensor mean,
      Tensor variance,
      Tensor workspace,
      Tensor dy,
      Tensor dx,
      Tensor dScale,
      Tensor dShift,
      boolean relu) {
    Handles h = new Handles(engine);
    int flags = AFFINE | relu(relu);
    dnnl_memory_desc layout = ChannelBlocks.layout(h, x);
    ChannelBlocks blocks = new ChannelBlocks(h, pointwise, x);
    dnnl_primitive_desc pd = backwardDesc(h, norm, layout, flags);
    dnnl_memory_desc vector = Convolutions.channelVector(h, x.shape().c());
    PrimitiveOperation op =
        new PrimitiveOperation("batch norm " + norm.scale().name() + " backward", stream, h, pd)
            .read(DNNL_ARG_SRC, blocks.in(x), layout)
            .read(DNNL_ARG_MEAN, mean, vector)
            .read(DNNL_ARG_VARIANCE, variance, vector)
            .read(DNNL_ARG_SCALE, norm.scale(), vector)
            .read(DNNL_ARG_DIFF_DST, blocks.in(dy), layout)
            .write(DNNL_ARG_DIFF_SRC, blocks.out(dx), layout)
            .write(DNNL_ARG_DIFF_SCALE, dScale, vector)
            .write(DNNL_ARG_DIFF_SHIFT, dShift, vector);
    if (workspace != null) {
      op.read(
          DNNL_ARG_WORKSPACE,
          workspace,
          dnnl_primitive_desc_query_md(pd, dnnl_query_workspace_md, 0));
    }
    return blocks.around(op);
  }

  Operation inference(Normalisation norm, Tensor x, Tensor y, boolean relu) {
    Handles h = new Handles(engine);
    dnnl_primitive_desc pd =
        forwardDesc(
            h,
            norm,
            h.nhwc(x),
            dnnl_forward_inference,
            AFFINE | dnnl_use_global_stats | relu(relu));
    dnnl_memory_desc vector = Convolutions.channelVector(h, x.shape().c());
    return new PrimitiveOperation("batch norm " + norm.scale().name(), stream, h, pd)
        .read(DNNL_ARG_SRC, x, h.nhwc(x))
        .read(DNNL_ARG_SCALE, norm.scale(), vector)
        .read(DNNL_ARG_SHIFT, norm.shift(), vector)
        .read(DNNL_ARG_MEAN, norm.runningMean(), vector)
        .read(DNNL_ARG_VARIANCE, norm.runningVariance(), vector)
        .write(DNNL_ARG_DST, y, h.nhwc(y));
  }

  /** The primitive gives the batch's statistics; the running ones are a few hundred numbers. */
  private static final class Training extends PrimitiveOperation {
    private final Normalisation norm;
    private final Tensor mean;
    private final Tensor variance;
    private final int channels;
    private final float unbiased;

    Training(
        String name,
        dnnl_stream stream,
        Handles handles,
        dnnl_primitive_desc pd,
        Normalisation norm,
        Tensor x,
        Tensor mean,
        Tensor variance) {
      super(name, stream, handles, pd);
      this.norm = norm;
      this.mean = mean;
      this.variance = variance;
      this.channels = x.shape().c();
      double count = (double) x.shape().elements() / channels;
      if (count < 2) {
        throw new IllegalArgumentException(
            "batch normalisation of " + x + ": training needs more than one value per channel");
      }
      this.unbiased = (float) (count / (count - 1));
      alsoWrites(norm.runningMean());
      alsoWrites(norm.runningVariance());
    }

    @Override
    public void run() {
      super.run();
      blend(norm.runningMean().address(), mean.address(), 1f);
      blend(norm.runningVariance().address(), variance.address(), unbiased);
    }

    private void blend(long running, long batch, float factor) {
      float share = norm.momentum();
      for (long i = 0;
          i < channels * (long) ElementType.F32.bytes();
          i += ElementType.F32.bytes()) {
        float old = UnsafeApi.getFloat(running + i);
        float now = UnsafeApi.getFloat(batch + i) * factor;
        UnsafeApi.putFloat(running + i, (1 - share) * old + share * now);
      }
    }
  }
}
