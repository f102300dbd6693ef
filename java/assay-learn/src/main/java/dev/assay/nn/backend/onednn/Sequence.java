package dev.assay.nn.backend.onednn;

import dev.assay.memory.HostBuffer;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Operations that run as one; the tensors between them live in the scratch memory. */
final class Sequence implements Operation {
  private final String name;
  private final List<Operation> parts;
  private final List<Tensor> between;
  private final List<Tensor> reads;
  private final List<Tensor> writes;

  Sequence(String name, List<Operation> parts, List<Tensor> between) {
    this.name = name;
    this.parts = List.copyOf(parts);
    this.between = List.copyOf(between);
    this.reads = outside(Operation::reads);
    this.writes = outside(Operation::writes);
  }

  private List<Tensor> outside(Function<Operation, List<Tensor>> of) {
    Set<Tensor> tensors = new LinkedHashSet<>();
    parts.forEach(part -> tensors.addAll(of.apply(part)));
    between.forEach(tensors::remove);
    return List.copyOf(tensors);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Tensor> reads() {
    return reads;
  }

  @Override
  public List<Tensor> writes() {
    return writes;
  }

  @Override
  public long scratchBytes() {
    long bytes = parts.stream().mapToLong(Operation::scratchBytes).max().orElse(0);
    for (Tensor t : between) {
      bytes += aligned(t);
    }
    return bytes;
  }

  private static long aligned(Tensor t) {
    return (t.bytes() + HostBuffer.ALIGNMENT - 1) & -HostBuffer.ALIGNMENT;
  }

  @Override
  public void bind(long scratch) {
    long at = scratch;
    for (Tensor t : between) {
      t.place(at);
      at += aligned(t);
    }
    for (Operation part : parts) {
      part.bind(at);
    }
  }

  @Override
  public void parametersChanged() {
    parts.forEach(Operation::parametersChanged);
  }

  @Override
  public void run() {
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).run();
    }
  }

  @Override
  public void close() {
    parts.forEach(Operation::close);
  }
}
