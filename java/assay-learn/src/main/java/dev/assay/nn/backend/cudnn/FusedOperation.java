package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.Tensor;
import java.util.EnumMap;
import java.util.Map;

/** An operation that is one graph: its plan, and which tensor has which role in it. */
abstract class FusedOperation extends CudnnOperation {
  private final ExecutionPlan plan;
  private final Map<Role, Tensor> tensors = new EnumMap<>(Role.class);
  private VariantPack pack;

  FusedOperation(CudnnContext cudnn, String name, ExecutionPlan plan) {
    super(cudnn, name);
    this.plan = plan;
  }

  /** Gives a tensor its role; null is none. */
  final void put(Role role, Tensor tensor) {
    if (tensor != null) {
      tensors.put(role, tensor);
    }
  }

  /** Adds the addresses of what is no tensor of the network. */
  void addAddresses(Map<Role, Long> addresses) {}

  @Override
  public final long scratchBytes() {
    return plan.workspaceBytes();
  }

  @Override
  public final void bind(long scratch) {
    Map<Role, Long> addresses = new EnumMap<>(Role.class);
    tensors.forEach((role, tensor) -> addresses.put(role, tensor.address()));
    addAddresses(addresses);
    pack = new VariantPack(cudnn(), name(), plan, addresses, scratch);
  }

  @Override
  public final void run() {
    pack.execute();
  }

  @Override
  public void close() {
    super.close();
    if (pack != null) {
      pack.close();
    }
  }
}
