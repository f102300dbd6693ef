package dev.assay.nn.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_ITER;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS_LAYER;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;

/** The gradient of a recurrent primitive, whose arrays are copied to the parameters' gradients. */
final class LstmGradient extends LstmOperation {
  private final LstmArrays gradients;
  private final int steps;

  LstmGradient(
      String name,
      dnnl_stream stream,
      Handles handles,
      dnnl_primitive_desc pd,
      LstmArrays weights,
      LstmArrays gradients,
      int steps) {
    super(name, stream, handles, pd, weights);
    this.gradients = gradients;
    this.steps = steps;
  }

  @Override
  void bindExtra(List<Integer> ids, List<dnnl_memory> memories, long scratch) {
    super.bindExtra(ids, memories, scratch);
    ids.addAll(
        List.of(DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS));
    memories.addAll(gradients.memories());
  }

  @Override
  public void run() {
    super.run();
    gradients.store(steps);
  }

  @Override
  public void close() {
    super.close();
    gradients.close();
  }
}
