package dev.assay.cli.kernels;

import java.util.Arrays;

/**
 * How long a job takes: the kernel alone, its arrays in memory, wall clock.
 *
 * @param runs how many runs were timed; the one that warms up is not among them
 * @param medianMs half of the runs took at most this
 * @param minMs the fastest run
 */
public record Timing(int runs, double medianMs, double minMs) {
  private static final int FEWEST_RUNS = 3;
  private static final int MOST_RUNS = 10_000;

  /** Times {@code runs} runs; a single one is not warmed up for. */
  public static Timing ofRuns(Job job, int runs) {
    if (runs > 1) {
      job.run();
    }
    return timed(job, runs, Long.MAX_VALUE);
  }

  /** Warms up with one run, then times runs for about {@code seconds}, but at least three. */
  public static Timing ofSeconds(Job job, double seconds) {
    job.run();
    return timed(job, MOST_RUNS, (long) (seconds * 1e9));
  }

  private static Timing timed(Job job, int mostRuns, long budgetNanos) {
    long[] nanos = new long[mostRuns];
    long begin = System.nanoTime();
    int runs = 0;
    while (runs < mostRuns && (runs < FEWEST_RUNS || System.nanoTime() - begin < budgetNanos)) {
      long start = System.nanoTime();
      job.run();
      nanos[runs++] = System.nanoTime() - start;
    }
    Arrays.sort(nanos, 0, runs);
    return new Timing(runs, (nanos[(runs - 1) / 2] + nanos[runs / 2]) / 2e6, nanos[0] / 1e6);
  }
}
