package dev.assay.nn.backend.cudnn;

import dev.assay.memory.Owner;
import dev.assay.nn.backend.cudnn.GraphTensors.Operand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;

/** Measures plans of one graph on memory of its own. */
final class PlanTrial implements AutoCloseable {
  private static final int RUNS = 5;

  private final CudnnContext cudnn;
  private final Deque<Owner> blocks = new ArrayDeque<>();
  private final Map<Role, Long> addresses = new EnumMap<>(Role.class);

  /** Any value will do, as for a tensor's zeros. */
  private final FloatPointer scalar = new FloatPointer(0.5f);

  private PlanTrial(CudnnContext cudnn) {
    this.cudnn = cudnn;
  }

  private void place(List<Operand> operands) {
    for (Operand operand : operands) {
      addresses.put(
          operand.role(),
          operand.onHost() ? Long.valueOf(scalar.address()) : Long.valueOf(block(operand.bytes())));
    }
  }

  private long block(long bytes) {
    Owner block = cudnn.memory().allocate("trial", bytes);
    blocks.push(block);
    return block.address();
  }

  /** The fastest, the first of several; the others are closed, or all if there is no memory. */
  static ExecutionPlan fastest(CudnnContext cudnn, List<ExecutionPlan> plans) {
    List<ExecutionPlan> others = new ArrayList<>(plans);
    try (PlanTrial trial = new PlanTrial(cudnn)) {
      trial.place(plans.get(0).operands());
      ExecutionPlan best = null;
      double least = Double.POSITIVE_INFINITY;
      for (ExecutionPlan plan : plans) {
        double seconds = trial.seconds(plan);
        if (seconds < least) {
          least = seconds;
          best = plan;
        }
      }
      others.remove(best);
      return best;
    } finally {
      others.forEach(ExecutionPlan::close);
    }
  }

  /** The shortest of some runs, after one in which the library loads what it needs. */
  private double seconds(ExecutionPlan plan) {
    long bytes = Math.max(1, plan.workspaceBytes());
    try (Owner workspace = cudnn.memory().allocate("trial workspace", bytes);
        VariantPack pack = new VariantPack(cudnn, "trial", plan, addresses, workspace.address())) {
      double least = Double.POSITIVE_INFINITY;
      for (int run = 0; run <= RUNS; run++) {
        cudnn.memory().synchronise();
        long start = System.nanoTime();
        pack.execute();
        cudnn.memory().synchronise();
        if (run > 0) {
          least = Math.min(least, (System.nanoTime() - start) * 1e-9);
        }
      }
      return least;
    }
  }

  @Override
  public void close() {
    while (!blocks.isEmpty()) {
      blocks.pop().close();
    }
    scalar.close();
  }
}
