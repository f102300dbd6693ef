package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_VARIANT_PACK_WORKSPACE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.cudnnBackendExecute;

import dev.assay.nn.backend.cudnn.GraphTensors.Operand;
import java.util.Map;

/** A plan on the tensors of one operation; a run is one native call. */
final class VariantPack implements AutoCloseable {
  private final CudnnContext cudnn;
  private final String name;
  private final ExecutionPlan plan;
  private final BackendDescriptor pack;

  /**
   * @param name for messages
   * @param addresses of every operand of the plan
   * @param workspace as large as the plan wants it
   */
  VariantPack(
      CudnnContext cudnn,
      String name,
      ExecutionPlan plan,
      Map<Role, Long> addresses,
      long workspace) {
    this.cudnn = cudnn;
    this.name = name;
    this.plan = plan;
    long[] uids = plan.operands().stream().mapToLong(operand -> operand.role().uid()).toArray();
    long[] places = plan.operands().stream().mapToLong(o -> place(o, addresses)).toArray();
    this.pack = new BackendDescriptor(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR, name);
    pack.longs(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, uids)
        .addresses(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, places)
        .addresses(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, workspace)
        .finish();
  }

  private static long place(Operand operand, Map<Role, Long> addresses) {
    Long address = addresses.get(operand.role());
    if (address == null) {
      throw new IllegalStateException("no address for " + operand);
    }
    return address;
  }

  void execute() {
    Status.check(name, cudnnBackendExecute(cudnn.handle(), plan.descriptor().raw(), pack.raw()));
  }

  @Override
  public void close() {
    pack.close();
  }
}
