package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS_LAYER;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** A recurrent primitive, whose arrays of weights are brought up to date when they are stale. */
class LstmOperation extends PrimitiveOperation {
  private final LstmArrays weights;
  private boolean stale = true;

  LstmOperation(
      String name,
      dnnl_stream stream,
      Handles handles,
      dnnl_primitive_desc pd,
      LstmArrays weights) {
    super(name, stream, handles, pd);
    this.weights = weights;
  }

  @Override
  void bindExtra(List<Integer> ids, List<dnnl_memory> memories, long scratch) {
    ids.addAll(List.of(DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER, DNNL_ARG_BIAS));
    memories.addAll(weights.memories());
  }

  @Override
  public final void parametersChanged() {
    stale = true;
  }

  @Override
  public void run() {
    if (stale) {
      weights.load();
      stale = false;
    }
    super.run();
  }

  @Override
  public void close() {
    super.close();
    weights.close();
  }
}
