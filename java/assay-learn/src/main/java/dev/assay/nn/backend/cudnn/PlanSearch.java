package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINECFG_ENGINE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINEHEUR_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINEHEUR_RESULTS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINE_GLOBAL_INDEX;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_ENGINE_NUMERICAL_NOTE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_EXECUTION_PLAN_HANDLE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_ENGINECFG_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_ENGINE_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR;
import static org.bytedeco.cuda.global.cudnn.CUDNN_HEUR_MODE_A;
import static org.bytedeco.cuda.global.cudnn.CUDNN_HEUR_MODE_FALLBACK;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NUMERICAL_NOTE_TENSOR_CORE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_NUMERICAL_NOTE_TYPE_COUNT;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_HEUR_MODE;
import static org.bytedeco.cuda.global.cudnn.CUDNN_TYPE_NUMERICAL_NOTE;

import dev.assay.nn.backend.CudaOptions;
import dev.assay.nn.backend.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Chooses the engine for a fused graph: the first that the library's heuristics name, then those
 * they fall back on, which is deterministic (unless any may be taken), computes as exactly as asked
 * for, can be built here, and does with the workspace there is. With autotuning, the fastest of the
 * first few such.
 */
final class PlanSearch {
  private static final int[] MODES = {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK};

  /** Later ones are seldom faster, and each may have to be compiled to be measured. */
  private static final int MOST_MEASURED = 6;

  private final CudnnContext cudnn;
  private final FusedGraph graph;
  private final ElementType type;
  private final List<ExecutionPlan> plans = new ArrayList<>();

  /** Why engines were passed over. */
  private final Set<String> refusals = new LinkedHashSet<>();

  private PlanSearch(CudnnContext cudnn, FusedGraph graph, ElementType type) {
    this.cudnn = cudnn;
    this.graph = graph;
    this.type = type;
  }

  /**
   * The plan, which the caller closes before the graph.
   *
   * @throws UnsupportedOperationException if no engine will do
   */
  static ExecutionPlan best(CudnnContext cudnn, FusedGraph graph, ElementType type) {
    PlanSearch search = new PlanSearch(cudnn, graph, type);
    try {
      search.collect(graph.connect(cudnn.handle()));
    } catch (RuntimeException e) {
      search.plans.forEach(ExecutionPlan::close);
      throw e;
    }
    if (search.plans.isEmpty()) {
      throw new UnsupportedOperationException(
          search.refusals.isEmpty() ? "no engine is named" : String.join(", ", search.refusals));
    }
    return search.plans.size() == 1 ? search.plans.get(0) : PlanTrial.fastest(cudnn, search.plans);
  }

  private int wanted() {
    return cudnn.options().autotune() ? MOST_MEASURED : 1;
  }

  private void collect(BackendDescriptor connected) {
    for (int mode : MODES) {
      if (plans.size() == wanted()) {
        return;
      }
      try (BackendDescriptor heuristics =
          new BackendDescriptor(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, graph.name())) {
        heuristics
            .refer(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, connected)
            .code(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode)
            .finish();
        build(configurations(heuristics));
      } catch (RuntimeException e) {
        refusals.add(Status.refusal(e));
      }
    }
  }

  private List<BackendDescriptor> configurations(BackendDescriptor heuristics) {
    int count = heuristics.readCount(CUDNN_ATTR_ENGINEHEUR_RESULTS);
    List<BackendDescriptor> fresh = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      fresh.add(new BackendDescriptor(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, graph.name()));
    }
    int filled = heuristics.readInto(CUDNN_ATTR_ENGINEHEUR_RESULTS, fresh);
    fresh.subList(filled, count).forEach(BackendDescriptor::close);
    return fresh.subList(0, filled);
  }

  /** Takes over the configurations. */
  private void build(List<BackendDescriptor> configurations) {
    for (BackendDescriptor configuration : configurations) {
      ExecutionPlan plan = plans.size() < wanted() ? tryToBuild(configuration) : null;
      if (plan == null) {
        configuration.close();
      } else {
        plans.add(plan);
      }
    }
  }

  /** Null where the engine will not do. */
  private ExecutionPlan tryToBuild(BackendDescriptor configuration) {
    try (BackendDescriptor engine =
        new BackendDescriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR, graph.name())) {
      configuration.readInto(CUDNN_ATTR_ENGINECFG_ENGINE, List.of(engine));
      String objection = objection(engine);
      if (objection != null) {
        refusals.add(objection);
        return null;
      }
      return build(configuration, engine.readLong(CUDNN_ATTR_ENGINE_GLOBAL_INDEX));
    } catch (RuntimeException e) {
      refusals.add(Status.refusal(e));
      return null;
    }
  }

  /** What keeps an engine from computing as was asked for; null if nothing does. */
  private String objection(BackendDescriptor engine) {
    CudaOptions options = cudnn.options();
    List<Integer> notes =
        engine.readCodes(
            CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
            CUDNN_TYPE_NUMERICAL_NOTE,
            CUDNN_NUMERICAL_NOTE_TYPE_COUNT);
    if (options.deterministic() && notes.contains(CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC)) {
      return "an engine is not deterministic";
    }
    boolean fullFloat = type == ElementType.F32 && !options.tf32();
    if (fullFloat && notes.contains(CUDNN_NUMERICAL_NOTE_TENSOR_CORE)) {
      return "an engine does not compute in full fp32";
    }
    if (notes.contains(CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS)
        || notes.contains(CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION)) {
      return "an engine rounds inputs or sums";
    }
    return null;
  }

  private ExecutionPlan build(BackendDescriptor configuration, long engine) {
    BackendDescriptor plan =
        new BackendDescriptor(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, graph.name());
    try {
      plan.handle(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, cudnn.handle())
          .refer(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration)
          .finish();
      long bytes = plan.readLong(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
      if (bytes > Algorithms.WORKSPACE_LIMIT) {
        throw new UnsupportedOperationException("an engine wants " + bytes + " bytes of workspace");
      }
      return new ExecutionPlan(graph.tensors().operands(), configuration, plan, engine, bytes);
    } catch (RuntimeException e) {
      plan.close();
      throw e;
    }
  }
}
