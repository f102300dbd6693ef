package dev.assay.nn;

import dev.assay.memory.HostBuffer;
import dev.assay.memory.Owner;
import dev.assay.nn.backend.Memory;
import dev.assay.nn.backend.Operation;
import dev.assay.nn.backend.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One block of memory for all activations, gradients and workspaces of a graph. A tensor lives from
 * the first operation that writes it to the last that reads it; tensors whose lives do not meet
 * share addresses. Placement: largest first, at the lowest offset that is free for the whole life.
 */
final class Arena implements AutoCloseable {
  private static final class Life {
    final Tensor tensor;
    int first;
    int last;
    long offset;

    Life(Tensor tensor, int first) {
      this.tensor = tensor;
      this.first = first;
      this.last = first;
    }

    long end() {
      return offset + aligned(tensor.bytes());
    }
  }

  /** Libraries take a workspace to begin where a block of its own would. */
  private static final long SCRATCH_ALIGNMENT = 256;

  private final Owner block;

  /**
   * Plans and allocates.
   *
   * @param memory where the back end's tensors lie
   * @param fixed tensors that have memory elsewhere
   * @param pinned tensors that live throughout
   */
  Arena(
      Memory memory,
      List<Operation> operations,
      Collection<Tensor> fixed,
      Collection<Tensor> pinned) {
    Map<Tensor, Life> lives = lives(operations, pinned);
    lives.keySet().removeAll(fixed);
    List<Life> bySize = new ArrayList<>(lives.values());
    bySize.sort(
        Comparator.comparingLong((Life l) -> -l.tensor.bytes()).thenComparingInt(l -> l.first));
    long size = 0;
    List<Life> placed = new ArrayList<>();
    for (Life life : bySize) {
      life.offset = lowestFree(life, placed);
      placed.add(life);
      placed.sort(Comparator.comparingLong(l -> l.offset));
      size = Math.max(size, life.end());
    }
    size = (size + SCRATCH_ALIGNMENT - 1) & -SCRATCH_ALIGNMENT;
    long scratch = operations.stream().mapToLong(Operation::scratchBytes).max().orElse(0);
    block = memory.allocate("graph arena", size + scratch);
    for (Life life : placed) {
      life.tensor.place(block.address() + life.offset);
    }
    try {
      for (Operation op : operations) {
        op.bind(block.address() + size);
      }
    } catch (RuntimeException | Error e) {
      block.close();
      throw e;
    }
  }

  private static Map<Tensor, Life> lives(List<Operation> operations, Collection<Tensor> pinned) {
    Map<Tensor, Life> lives = new HashMap<>();
    for (Tensor t : pinned) {
      lives.put(t, new Life(t, 0));
    }
    for (int i = 0; i < operations.size(); i++) {
      for (Tensor t : operations.get(i).writes()) {
        touch(lives, t, i);
      }
      for (Tensor t : operations.get(i).reads()) {
        touch(lives, t, i);
      }
    }
    for (Tensor t : pinned) {
      lives.get(t).first = 0;
      lives.get(t).last = operations.size();
    }
    return lives;
  }

  private static void touch(Map<Tensor, Life> lives, Tensor t, int index) {
    lives.computeIfAbsent(t, fresh -> new Life(fresh, index)).last = index;
  }

  private static long lowestFree(Life life, List<Life> placedByOffset) {
    long offset = 0;
    for (Life other : placedByOffset) {
      boolean together = other.first <= life.last && life.first <= other.last;
      if (together
          && other.offset < offset + aligned(life.tensor.bytes())
          && offset < other.end()) {
        offset = other.end();
      }
    }
    return offset;
  }

  private static long aligned(long bytes) {
    return (bytes + HostBuffer.ALIGNMENT - 1) & -HostBuffer.ALIGNMENT;
  }

  long bytes() {
    return block.bytes();
  }

  @Override
  public void close() {
    block.close();
  }
}
