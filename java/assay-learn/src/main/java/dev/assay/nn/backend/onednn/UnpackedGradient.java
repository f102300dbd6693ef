package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;

import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** A primitive that writes a weight gradient in its own layout, then copied to the plain one. */
final class UnpackedGradient extends PrimitiveOperation {
  private final Tensor gradient;
  private final dnnl_memory_desc plain;
  private final dnnl_memory_desc packed;
  private final Repack repack;

  UnpackedGradient(
      String name,
      dnnl_engine engine,
      dnnl_stream stream,
      Handles handles,
      dnnl_primitive_desc pd,
      Tensor gradient,
      dnnl_memory_desc plain,
      dnnl_memory_desc packed) {
    super(name, stream, handles, pd);
    this.gradient = gradient;
    this.plain = plain;
    this.packed = packed;
    boolean same = dnnl_memory_desc_equal(plain, packed) != 0;
    this.repack = same ? null : new Repack(handles, engine, stream, packed, plain);
    alsoWrites(gradient);
  }

  @Override
  public long scratchBytes() {
    return ownScratchBytes() + (repack == null ? 0 : Handles.bytes(packed));
  }

  @Override
  void bindExtra(List<Integer> ids, List<dnnl_memory> memories, long scratch) {
    dnnl_memory target = handles().memory(plain, gradient.address());
    dnnl_memory used = target;
    if (repack != null) {
      used = handles().memory(packed, scratch);
      repack.bind(used, target);
    }
    ids.add(DNNL_ARG_DIFF_WEIGHTS);
    memories.add(used);
  }

  @Override
  public void run() {
    super.run();
    if (repack != null) {
      repack.run();
    }
  }

  @Override
  public void close() {
    super.close();
    if (repack != null) {
      repack.close();
    }
  }
}
