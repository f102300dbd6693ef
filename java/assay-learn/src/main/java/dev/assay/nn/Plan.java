package dev.assay.nn;

import dev.assay.nn.backend.Backend;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The operations of a graph in order, and the gradients of its tensors, while it is being built.
 */
final class Plan implements AutoCloseable {
  private final Backend backend;
  private final Set<Tensor> differentiable;
  private final Map<Tensor, Tensor> gradients = new HashMap<>();
  private final Set<Tensor> pinned = new HashSet<>();
  private final List<Operation> operations = new ArrayList<>();

  Plan(Backend backend, Set<Tensor> differentiable) {
    this.backend = backend;
    this.differentiable = differentiable;
  }

  Backend backend() {
    return backend;
  }

  void add(Operation operation) {
    operations.add(operation);
  }

  List<Operation> operations() {
    return operations;
  }

  /** Keeps the tensor's memory for itself over the whole life of the graph. */
  void pin(Tensor tensor) {
    pinned.add(tensor);
  }

  Set<Tensor> pinned() {
    return pinned;
  }

  /** Closes the operations, when no graph takes them over. */
  @Override
  public void close() {
    operations.forEach(Operation::close);
  }

  boolean wantsGradient(Tensor tensor) {
    return differentiable.contains(tensor);
  }

  /** A place for one contribution to the gradient of {@code tensor}. */
  Tensor newGradient(Tensor tensor) {
    return new Tensor("d " + tensor.name(), tensor.shape(), tensor.type());
  }

  /**
   * Adds {@code part} to the gradient of {@code tensor}. Gradients are never written twice: a
   * second contribution makes a new tensor, so several tensors may share one.
   */
  void contribute(Tensor tensor, Tensor part) {
    if (!wantsGradient(tensor)) {
      return;
    }
    Tensor before = gradients.get(tensor);
    if (before == null) {
      gradients.put(tensor, part);
    } else {
      Tensor sum = newGradient(tensor);
      add(backend.add(before, part, sum, false));
      gradients.put(tensor, sum);
    }
  }

  /** The complete gradient of a layer's output; every later layer has contributed by now. */
  Tensor gradient(Tensor tensor) {
    Tensor gradient = gradients.get(tensor);
    if (gradient == null) {
      throw new IllegalStateException("nothing depends on " + tensor + ": it has no gradient");
    }
    return gradient;
  }
}
