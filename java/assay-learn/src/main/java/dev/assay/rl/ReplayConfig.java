package dev.assay.rl;

import dev.assay.model.QueryConfig;

/**
 * Shape of a replay buffer.
 *
 * @param network sizes of states and candidates
 * @param pools K, pools offered in each step: one transition each
 * @param candidates N, candidates in a pool
 * @param capacity transitions to remember; rounded up to whole steps
 * @param undo completed steps that can be taken back as if they had not been: room that new steps
 *     leave to old ones for so long
 */
public record ReplayConfig(QueryConfig network, int pools, int candidates, int capacity, int undo) {
  /** Checks the ranges, and that one step fits in one mapping. */
  public ReplayConfig {
    require("pools", pools);
    require("candidates", candidates);
    require("capacity", capacity);
    require("undo", undo);
    if (ReplayFormat.stepBytes(network, pools, candidates) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "one step of "
              + pools
              + " pools of "
              + candidates
              + " candidates exceeds the 2 GiB of a mapping");
    }
  }

  /** One step can be taken back. */
  public ReplayConfig(QueryConfig network, int pools, int candidates, int capacity) {
    this(network, pools, candidates, capacity, 1);
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be >= 1");
    }
  }

  /** Completed steps that are remembered. */
  public int steps() {
    return (capacity + pools - 1) / pools;
  }

  /** Size of the file once every slot has been used. */
  public long fileBytes() {
    return ReplayFormat.HEADER_BYTES
        + ReplayFormat.slots(this) * ReplayFormat.stepBytes(network, pools, candidates);
  }
}
