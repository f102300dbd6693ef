package dev.assay.nn.backend.cudnn;

import dev.assay.nn.backend.cudnn.GraphTensors.Operand;
import java.util.List;

/**
 * A fused graph and the engine that computes it, ready to run on any tensors of its shapes. Owner
 * of the plan's own descriptors; the graph's live as long.
 */
final class ExecutionPlan implements AutoCloseable {
  private final List<Operand> operands;
  private final BackendDescriptor configuration;
  private final BackendDescriptor plan;
  private final long engine;
  private final long workspaceBytes;

  /**
   * @param configuration of the engine
   * @param plan finished
   * @param engine the library's number
   * @param workspaceBytes that a run needs
   */
  ExecutionPlan(
      List<Operand> operands,
      BackendDescriptor configuration,
      BackendDescriptor plan,
      long engine,
      long workspaceBytes) {
    this.operands = operands;
    this.configuration = configuration;
    this.plan = plan;
    this.engine = engine;
    this.workspaceBytes = workspaceBytes;
  }

  List<Operand> operands() {
    return operands;
  }

  BackendDescriptor descriptor() {
    return plan;
  }

  long engine() {
    return engine;
  }

  /** Scratch memory that a run needs. */
  long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  public void close() {
    plan.close();
    configuration.close();
  }
}
