package dev.assay.nn.backend.cudnn;

import dev.assay.memory.Owner;
import java.util.ArrayList;
import java.util.List;

/**
 * Zeroed device memory that is only read: one block serves all who need no more than it has, and
 * goes with the last of them.
 */
final class Zeros {
  private final CudaMemory memory;
  private final List<Block> blocks = new ArrayList<>();

  private static final class Block {
    final Owner owner;
    int users;

    Block(Owner owner) {
      this.owner = owner;
    }
  }

  /** One user's hold on a block. */
  final class Lease implements AutoCloseable {
    private final Block block;

    private Lease(Block block) {
      this.block = block;
      block.users++;
    }

    long address() {
      return block.owner.address();
    }

    @Override
    public void close() {
      block.users--;
      if (block.users == 0) {
        blocks.remove(block);
        block.owner.close();
      }
    }
  }

  Zeros(CudaMemory memory) {
    this.memory = memory;
  }

  /** At least {@code bytes} zeros, until the lease is closed. */
  Lease take(long bytes) {
    for (Block block : blocks) {
      if (block.owner.bytes() >= bytes) {
        return new Lease(block);
      }
    }
    Block fresh = new Block(memory.allocate("zeros to compare with", bytes));
    blocks.add(fresh);
    return new Lease(fresh);
  }
}
