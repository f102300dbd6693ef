package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_matmul_primitive_desc_create;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * Bilinear resizing with aligned corners: y = R_h x R_w^T, where R [out, in] holds the two weights
 * of each output row. The library resamples by half-pixel centres only, and a matrix product gives
 * the transpose for the gradient at no extra code.
 */
final class AlignedResize implements Operation {
  private final HostBuffer matrices;
  private final HostBuffer between;
  private final PrimitiveOperation rows;
  private final PrimitiveOperation columns;
  private final Tensor source;
  private final Tensor target;

  private AlignedResize(
      dnnl_engine engine, dnnl_stream stream, Tensor source, Tensor target, boolean transposed) {
    if (source.type() != ElementType.F32) {
      throw new UnsupportedOperationException(
          "resize with aligned corners of " + source + ": only F32 is supported");
    }
    this.source = source;
    this.target = target;
    Shape from = source.shape();
    Shape to = target.shape();
    Tensor rh = Tensor.vector("R_h", (long) from.h() * to.h(), ElementType.F32);
    Tensor rw = Tensor.vector("R_w", (long) from.w() * to.w(), ElementType.F32);
    Tensor half = new Tensor("rows", from.withSize(to.h(), from.w()), ElementType.F32);
    matrices = HostBuffer.allocate("resize matrices", rh.bytes() + rw.bytes());
    between = HostBuffer.allocate("resized rows", half.bytes());
    rh.place(matrices.address());
    rw.place(matrices.address() + rh.bytes());
    half.place(between.address());
    fill(0, from.h(), to.h(), transposed);
    fill((long) from.h() * to.h(), from.w(), to.w(), transposed);
    rows =
        product(
            engine,
            stream,
            rh,
            to.h(),
            from.h(),
            source,
            half,
            from.n(),
            (long) from.w() * from.c());
    columns =
        product(
            engine, stream, rw, to.w(), from.w(), half, target, (long) from.n() * to.h(), from.c());
  }

  static Operation forward(dnnl_engine engine, dnnl_stream stream, Tensor x, Tensor y) {
    return new AlignedResize(engine, stream, x, y, false);
  }

  static Operation backward(dnnl_engine engine, dnnl_stream stream, Tensor dy, Tensor dx) {
    return new AlignedResize(engine, stream, dy, dx, true);
  }

  /** Writes R [to, from], or the transpose of the forward matrix [from, to]. */
  private void fill(long offset, int from, int to, boolean transposed) {
    int in = transposed ? to : from;
    int out = transposed ? from : to;
    double scale = out == 1 ? 0 : (in - 1) / (double) (out - 1);
    for (int i = 0; i < out; i++) {
      double position = i * scale;
      int low = Math.min((int) position, in - 1);
      int high = Math.min(low + 1, in - 1);
      float share = (float) (position - low);
      accumulate(offset, from, transposed, i, low, 1 - share);
      accumulate(offset, from, transposed, i, high, share);
    }
  }

  private void accumulate(long offset, int from, boolean transposed, int out, int in, float w) {
    long at = offset + (transposed ? (long) in * from + out : (long) out * from + in);
    matrices.putFloat(at, matrices.getFloat(at) + w);
  }

  /** y [batch, m, n] = r [m, k] x [batch, k, n]. */
  private static PrimitiveOperation product(
      dnnl_engine engine,
      dnnl_stream stream,
      Tensor r,
      long m,
      long k,
      Tensor x,
      Tensor y,
      long batch,
      long n) {
    Handles h = new Handles(engine);
    dnnl_memory_desc src = dense(h, 1, m, k);
    dnnl_memory_desc weights = dense(h, batch, k, n);
    dnnl_memory_desc dst = dense(h, batch, m, n);
    dnnl_primitive_desc pd = new dnnl_primitive_desc();
    Status.check(
        "resize " + x + " to " + y,
        dnnl_matmul_primitive_desc_create(pd, engine, src, weights, null, dst, h.attributes()));
    h.own(pd);
    return new PrimitiveOperation("resize " + y.name(), stream, h, pd)
        .read(DNNL_ARG_SRC, r, src)
        .read(DNNL_ARG_WEIGHTS, x, weights)
        .write(DNNL_ARG_DST, y, dst);
  }

  private static dnnl_memory_desc dense(Handles h, long batch, long rows, long columns) {
    return h.strided(
        new long[] {batch, rows, columns},
        ElementType.F32,
        new long[] {rows * columns, columns, 1});
  }

  @Override
  public String name() {
    return columns.name();
  }

  @Override
  public List<Tensor> reads() {
    return List.of(source);
  }

  @Override
  public List<Tensor> writes() {
    return List.of(target);
  }

  @Override
  public long scratchBytes() {
    return Math.max(rows.scratchBytes(), columns.scratchBytes());
  }

  @Override
  public void bind(long scratch) {
    rows.bind(scratch);
    columns.bind(scratch);
  }

  @Override
  public void run() {
    rows.run();
    columns.run();
  }

  @Override
  public void close() {
    rows.close();
    columns.close();
    between.close();
    matrices.close();
  }
}
