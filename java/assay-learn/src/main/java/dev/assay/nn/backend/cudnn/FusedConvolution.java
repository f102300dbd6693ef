package dev.assay.nn.backend.cudnn;

import java.util.EnumMap;
import java.util.Map;

/** y = relu?(x * w + bias? + addend?) as one graph. */
final class FusedConvolution implements ConvolutionCall {
  private final CudnnContext cudnn;
  private final ExecutionPlan plan;
  private VariantPack pack;

  FusedConvolution(CudnnContext cudnn, ExecutionPlan plan) {
    this.cudnn = cudnn;
    this.plan = plan;
  }

  @Override
  public long workspaceBytes() {
    return plan.workspaceBytes();
  }

  @Override
  public void bind(Places places) {
    Map<Role, Long> addresses = new EnumMap<>(Role.class);
    addresses.put(Role.X, places.x().address());
    addresses.put(Role.WEIGHTS, places.weights().address());
    addresses.put(Role.Y, places.y().address());
    if (places.bias() != null) {
      addresses.put(Role.BIAS, places.bias().address());
    }
    if (places.addend() != null) {
      addresses.put(Role.ADDEND, places.addend().address());
    }
    pack = new VariantPack(cudnn, "convolution", plan, addresses, places.workspace().address());
  }

  @Override
  public void run() {
    pack.execute();
  }

  @Override
  public void close() {
    if (pack != null) {
      pack.close();
    }
  }
}
