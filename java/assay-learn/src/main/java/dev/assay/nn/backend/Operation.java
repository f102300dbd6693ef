package dev.assay.nn.backend;

import java.util.List;

/**
 * One planned piece of work over fixed tensors. Life: made from shapes; asked for its scratch;
 * bound once the tensors have addresses; run any number of times, allocating nothing; closed.
 * Confined to one thread.
 */
public interface Operation extends AutoCloseable {
  /** For profiles and error messages. */
  String name();

  /** Tensors whose values must be there when the operation runs. */
  List<Tensor> reads();

  /** Tensors that the operation overwrites completely, or its part of them. */
  List<Tensor> writes();

  /** Bytes of scratch memory wanted while running; not kept between runs. */
  default long scratchBytes() {
    return 0;
  }

  /** Takes the addresses of all tensors, and of the scratch memory (64-byte aligned). */
  default void bind(long scratch) {}

  /** Tells that parameter values changed, so that anything derived from them is stale. */
  default void parametersChanged() {}

  /**
   * Brings what is derived from parameters up to date; called before every run of the {@link
   * Program} that the operation is in, in the operations' order, on back ends that replay programs.
   */
  default void prepare() {}

  /**
   * Whether {@link #run} enqueues the same work each time, so that a recording of it can be
   * replayed.
   */
  default boolean isReplayable() {
    return true;
  }

  /** Does the work. */
  void run();

  @Override
  default void close() {}
}
