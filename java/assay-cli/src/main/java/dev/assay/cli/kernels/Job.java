package dev.assay.cli.kernels;

import dev.assay.format.NdArray;
import dev.assay.score.Engine;
import java.util.List;

/** One kernel with its arrays in memory: runs any number of times, then hands out what it wrote. */
public interface Job extends AutoCloseable {
  /** Runs the kernel once. */
  void run();

  /** Bytes that one run reads and writes at least once. */
  long bytes();

  /** The results, called as ARCHITECTURE.md's table calls them; owned by the job. */
  List<NdArray> outputs();

  @Override
  void close();

  /** Makes jobs. */
  @FunctionalInterface
  interface Factory {
    /**
     * Reads a job's arrays.
     *
     * @throws java.io.IOException if an array is missing, damaged or of the wrong type or shape
     */
    Job prepare(Engine engine, Inputs inputs, Settings settings) throws java.io.IOException;
  }
}
