package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_nChw16c;
import static org.bytedeco.dnnl.global.dnnl.dnnl_nhwc;

import dev.assay.nn.backend.ElementType;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;

/**
 * Copies of the tensors around one operation in blocks of sixteen channels, the last one padded,
 * for a channel count that is no multiple of sixteen: over dense NHWC the library then falls back
 * to a scalar loop, which takes several times as long as the vectorised one and all the copies.
 */
final class ChannelBlocks {
  private static final int BLOCK = 16;

  private final Handles handles;
  private final Pointwise pointwise;
  private final boolean blocked;
  private final List<Operation> before = new ArrayList<>();
  private final List<Operation> after = new ArrayList<>();
  private final List<Tensor> between = new ArrayList<>();

  ChannelBlocks(Handles handles, Pointwise pointwise, Tensor like) {
    this.handles = handles;
    this.pointwise = pointwise;
    this.blocked = wanted(like);
  }

  private static boolean wanted(Tensor t) {
    return t.shape().c() % BLOCK != 0;
  }

  /** The layout that the operation is made for. */
  static dnnl_memory_desc layout(Handles h, Tensor t) {
    return h.tagged(Handles.dims(t.shape()), t.type(), wanted(t) ? dnnl_nChw16c : dnnl_nhwc);
  }

  /** What the operation reads instead of {@code x}. */
  Tensor in(Tensor x) {
    if (!blocked) {
      return x;
    }
    Tensor copy = copyOf(x);
    Handles own = handles.another();
    before.add(pointwise.copy("blocks of " + x.name(), own, x, own.nhwc(x), copy, layout(own, x)));
    return copy;
  }

  /** What the operation writes instead of {@code y}. */
  Tensor out(Tensor y) {
    if (!blocked) {
      return y;
    }
    Tensor copy = copyOf(y);
    Handles own = handles.another();
    after.add(pointwise.copy("rows of " + y.name(), own, copy, layout(own, y), y, own.nhwc(y)));
    return copy;
  }

  private Tensor copyOf(Tensor t) {
    long bytes = Handles.bytes(layout(handles, t));
    Tensor copy = Tensor.vector(t.name() + " in blocks", bytes, ElementType.U8);
    between.add(copy);
    return copy;
  }

  /** The operation with its copies around it. */
  Operation around(Operation operation) {
    if (!blocked) {
      return operation;
    }
    List<Operation> parts = new ArrayList<>(before);
    parts.add(operation);
    parts.addAll(after);
    return new Sequence(operation.name(), parts, between);
  }
}
