package dev.assay.cli.gpu;

import java.io.IOException;
import java.util.function.Consumer;

/** Runs one part somewhere. */
@FunctionalInterface
interface PartRunner {
  /**
   * Returns when the part is done, or after {@code atMost} seconds.
   *
   * @param seconds the part may take
   * @param atMost when it is ended if it has not stopped by itself
   * @param heard is called with its entries, in this thread
   * @return why it did not come to its end; null when it did
   */
  String run(Part part, double seconds, double atMost, Consumer<Entry> heard)
      throws IOException, InterruptedException;
}
