package dev.assay.select;

import dev.assay.device.Exec;

/**
 * What a strategy may look at when it picks.
 *
 * @param candidates all regions, labelled ones included where their columns are known
 * @param labelled the numbers of those that are labelled already; the centres that diversity
 *     strategies start from. They are never picked
 * @param keys the round's random numbers
 * @param exec how kernels run
 */
public record Round(Candidates candidates, int[] labelled, RandomKeys keys, Exec exec) {
  /** A round without known labelled regions, on all threads of the CPU. */
  public Round(Candidates candidates, RandomKeys keys) {
    this(candidates, new int[0], keys, Exec.cpu(0));
  }
}
