package dev.assay.nn;

import dev.assay.memory.DType;
import dev.assay.memory.TensorView;
import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Program;
import dev.assay.nn.backend.Shape;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A planned network: fixed shapes, fixed memory, operations in order. {@link #forward()} and {@link
 * #backward()} allocate nothing. Owner of its activations; the parameters belong to the store.
 * Confined to one thread.
 */
public final class Graph implements AutoCloseable {
  private final ParameterStore store;
  private final RandomCounter random;
  private final Memory memory;
  private final Backend backend;
  private final List<Operation> forward;
  private final List<Operation> backward;
  private final Map<Tensor, Tensor> outputGradients = new HashMap<>();
  private final Arena arena;

  /** The forward operations before the first that depends on random numbers, and the others. */
  private final Program deterministicForward;

  private final Program stochasticForward;
  private final Program allBackward;

  private long seenVersion = -1;

  Graph(GraphBuilder builder, List<Tensor> inputs, List<Tensor> outputs, List<Layer> layers) {
    this.store = builder.store();
    this.random = builder.random();
    this.backend = builder.backend();
    this.memory = backend.memory();
    store.allocate();
    Plan plan = new Plan(backend, builder.differentiable());
    try {
      int firstStochastic = planForward(plan, layers);
      int forwardCount = plan.operations().size();
      if (builder.mode() == Mode.MC_DROPOUT) {
        pinBoundary(plan, firstStochastic);
      }
      inputs.forEach(plan::pin);
      outputs.forEach(plan::pin);
      if (builder.mode() == Mode.TRAINING) {
        planBackward(plan, inputs, outputs, layers);
      }
      List<Operation> all = plan.operations();
      this.arena = new Arena(memory, all, parameterTensors(), plan.pinned());
      this.forward = new ArrayList<>(all.subList(0, forwardCount));
      this.backward = new ArrayList<>(all.subList(forwardCount, all.size()));
      this.deterministicForward = backend.program(forward.subList(0, firstStochastic));
      this.stochasticForward = backend.program(forward.subList(firstStochastic, forwardCount));
      this.allBackward = backend.program(backward);
    } catch (RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  /** The number of operations before the first that depends on random numbers. */
  private static int planForward(Plan plan, List<Layer> layers) {
    int deterministic = -1;
    for (Layer layer : layers) {
      if (deterministic < 0 && layer.isStochastic()) {
        deterministic = plan.operations().size();
      }
      layer.forward(plan);
    }
    return deterministic < 0 ? plan.operations().size() : deterministic;
  }

  private Set<Tensor> parameterTensors() {
    Set<Tensor> fixed = new HashSet<>();
    for (Parameter p : store.parameters()) {
      fixed.add(p.value());
      fixed.add(p.gradient());
    }
    return fixed;
  }

  /** What the stochastic part reads of the deterministic one must outlive a pass. */
  private static void pinBoundary(Plan plan, int firstStochastic) {
    List<Operation> all = plan.operations();
    Set<Tensor> before = new HashSet<>();
    all.subList(0, firstStochastic).forEach(operation -> before.addAll(operation.writes()));
    for (Operation operation : all.subList(firstStochastic, all.size())) {
      operation.reads().stream().filter(before::contains).forEach(plan::pin);
    }
  }

  private void planBackward(
      Plan plan, List<Tensor> inputs, List<Tensor> outputs, List<Layer> layers) {
    for (Tensor output : outputs) {
      Tensor seed = plan.newGradient(output);
      plan.pin(seed);
      plan.contribute(output, seed);
      outputGradients.put(output, seed);
    }
    for (int i = layers.size() - 1; i >= 0; i--) {
      layers.get(i).backward(plan);
    }
    for (Tensor input : inputs) {
      if (plan.wantsGradient(input)) {
        Tensor gradient = plan.gradient(input);
        plan.pin(gradient);
        outputGradients.put(input, gradient);
      }
    }
  }

  /** Copies dense values of a tensor's shape and type from {@code host}, an address of the host. */
  public void write(Tensor tensor, long host) {
    memory.copyIn(host, tensor.address(), tensor.bytes());
  }

  /** Copies the values of an output, or of a gradient, to {@code host}, an address of the host. */
  public void read(Tensor tensor, long host) {
    memory.copyOut(tensor.address(), host, tensor.bytes());
  }

  /** An fp32 tensor as others see it: its device, address and extents. */
  public TensorView view(Tensor tensor) {
    Shape s = tensor.shape();
    return TensorView.nhwc(tensor.address(), DType.F32, s.n(), s.c(), s.h(), s.w())
        .on(memory.device(), tensor.address());
  }

  /** Where the tensors lie. */
  public Memory memory() {
    return memory;
  }

  /** Sets where the stochastic layers are in their random numbers. */
  public void randomAt(long seed, long step) {
    random.set(seed, step);
  }

  /** Computes the outputs from the inputs. */
  public void forward() {
    if (seenVersion != store.version()) {
      forward.forEach(Operation::parametersChanged);
      backward.forEach(Operation::parametersChanged);
      seenVersion = store.version();
    }
    deterministicForward.run();
    stochasticForward.run();
  }

  /**
   * Computes the outputs for the same inputs with other random numbers; in {@link Mode#MC_DROPOUT}
   * only, after a {@link #forward()}. Nothing before the first stochastic layer is done again.
   */
  public void redraw() {
    stochasticForward.run();
  }

  /**
   * Computes all parameter gradients, and those of differentiable inputs, from {@link #gradient} of
   * each output, which the caller has written after {@link #forward()}.
   */
  public void backward() {
    if (backward.isEmpty()) {
      throw new IllegalStateException("only a graph built for training has a backward pass");
    }
    allBackward.run();
  }

  /** Gradient of an output (to be written) or of a differentiable input (to be read). */
  public Tensor gradient(Tensor tensor) {
    Tensor gradient = outputGradients.get(tensor);
    if (gradient == null) {
      throw new IllegalArgumentException(
          tensor + " is neither an output nor a differentiable input of a training graph");
    }
    return gradient;
  }

  /** Memory for activations, gradients and workspaces. */
  public long arenaBytes() {
    return arena.bytes();
  }

  /** Seconds spent in one operation. */
  public record Timing(String operation, double seconds) {}

  /** Runs forward, and backward if there is one, with a clock around every operation. */
  public List<Timing> profile() {
    List<Timing> timings = new ArrayList<>();
    for (List<Operation> part : List.of(forward, backward)) {
      for (Operation op : part) {
        timings.add(new Timing(op.name(), seconds(op)));
      }
    }
    return timings;
  }

  private double seconds(Operation operation) {
    try (Program alone = backend.program(List.of(operation))) {
      memory.synchronise();
      long start = System.nanoTime();
      alone.run();
      memory.synchronise();
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  @Override
  public void close() {
    deterministicForward.close();
    stochasticForward.close();
    allBackward.close();
    forward.forEach(Operation::close);
    backward.forEach(Operation::close);
    forward.clear();
    backward.clear();
    arena.close();
  }
}
