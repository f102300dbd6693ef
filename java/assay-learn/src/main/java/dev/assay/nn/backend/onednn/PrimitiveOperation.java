package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;

import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/**
 * One oneDNN primitive with its arguments. All library objects and the native argument array are
 * made once; a run is one native call.
 */
class PrimitiveOperation implements Operation {
  private record Argument(int id, Tensor tensor, dnnl_memory_desc layout) {}

  private final String name;
  private final dnnl_stream stream;
  private final Handles handles;
  private final dnnl_primitive primitive;
  private final dnnl_memory_desc scratchLayout;
  private final List<Argument> arguments = new ArrayList<>();
  private final List<Tensor> reads = new ArrayList<>();
  private final List<Tensor> writes = new ArrayList<>();
  private dnnl_exec_arg_t bound;
  private int boundCount;

  PrimitiveOperation(String name, dnnl_stream stream, Handles handles, dnnl_primitive_desc pd) {
    this.name = name;
    this.stream = stream;
    this.handles = handles;
    this.primitive = handles.primitive(pd);
    this.scratchLayout = dnnl_primitive_desc_query_md(pd, dnnl_query_scratchpad_md, 0);
  }

  final Handles handles() {
    return handles;
  }

  final PrimitiveOperation read(int id, Tensor tensor, dnnl_memory_desc layout) {
    arguments.add(new Argument(id, tensor, layout));
    reads.add(tensor);
    return this;
  }

  final PrimitiveOperation write(int id, Tensor tensor, dnnl_memory_desc layout) {
    arguments.add(new Argument(id, tensor, layout));
    writes.add(tensor);
    return this;
  }

  /** Declares a tensor that is used outside the primitive's own argument list. */
  final void alsoReads(Tensor tensor) {
    reads.add(tensor);
  }

  /** Declares a tensor that is written outside the primitive's own argument list. */
  final void alsoWrites(Tensor tensor) {
    writes.add(tensor);
  }

  /** Arguments that are no tensors: (id, memory) pairs made at binding. */
  void bindExtra(List<Integer> ids, List<dnnl_memory> memories, long scratch) {}

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final List<Tensor> reads() {
    return reads;
  }

  @Override
  public final List<Tensor> writes() {
    return writes;
  }

  @Override
  public long scratchBytes() {
    return ownScratchBytes();
  }

  /** What the primitive itself wants, rounded to whole cache lines. */
  final long ownScratchBytes() {
    return (Handles.bytes(scratchLayout) + 63) & -64;
  }

  @Override
  public final void bind(long scratch) {
    List<Integer> ids = new ArrayList<>();
    List<dnnl_memory> memories = new ArrayList<>();
    for (Argument a : arguments) {
      ids.add(a.id);
      memories.add(handles.memory(a.layout, a.tensor.address()));
    }
    if (Handles.bytes(scratchLayout) > 0) {
      ids.add(DNNL_ARG_SCRATCHPAD);
      memories.add(handles.memory(scratchLayout, scratch));
    }
    bindExtra(ids, memories, scratch + ownScratchBytes());
    boundCount = ids.size();
    bound = new dnnl_exec_arg_t(boundCount);
    for (int i = 0; i < boundCount; i++) {
      bound.position(i).arg(ids.get(i)).memory(memories.get(i));
    }
    bound.position(0);
  }

  @Override
  public void run() {
    Status.check(name, dnnl_primitive_execute(primitive, stream, boundCount, bound));
  }

  @Override
  public void close() {
    handles.close();
    if (bound != null) {
      bound.close();
    }
  }
}
