package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_equal;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.Tensor;
import java.util.List;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * A primitive that reads weights in its own layout and element type, repacked when they are stale.
 */
final class PackedConvolution extends PrimitiveOperation {
  private final Tensor weights;
  private final dnnl_memory_desc plain;
  private final dnnl_memory_desc packed;
  private final HostBuffer buffer;
  private final Repack repack;
  private boolean stale = true;

  PackedConvolution(
      String name,
      dnnl_engine engine,
      dnnl_stream stream,
      Handles handles,
      dnnl_primitive_desc pd,
      Tensor weights,
      dnnl_memory_desc plain,
      dnnl_memory_desc packed) {
    super(name, stream, handles, pd);
    this.weights = weights;
    this.plain = plain;
    this.packed = packed;
    boolean same = dnnl_memory_desc_equal(plain, packed) != 0;
    this.buffer =
        same ? null : HostBuffer.allocate("packed " + weights.name(), Handles.bytes(packed));
    this.repack = same ? null : new Repack(handles, engine, stream, plain, packed);
    alsoReads(weights);
  }

  @Override
  void bindExtra(List<Integer> ids, List<dnnl_memory> memories, long scratch) {
    dnnl_memory master = handles().memory(plain, weights.address());
    dnnl_memory used = master;
    if (repack != null) {
      used = handles().memory(packed, buffer.address());
      repack.bind(master, used);
    }
    ids.add(DNNL_ARG_WEIGHTS);
    memories.add(used);
  }

  @Override
  public void parametersChanged() {
    stale = true;
  }

  @Override
  public void run() {
    // Here rather than for all layers at once: the packed weights are then still in the cache.
    if (stale && repack != null) {
      repack.run();
    }
    stale = false;
    super.run();
  }

  @Override
  public void close() {
    super.close();
    if (repack != null) {
      repack.close();
      buffer.close();
    }
  }
}
