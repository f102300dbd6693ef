package dev.assay.data;

/** Hears how far a long preparation has come; called from one thread at a time. */
@FunctionalInterface
public interface Progress {
  /** Says nothing. */
  Progress NONE = (what, done, total) -> {};

  /**
   * {@code done} of {@code total} items of {@code what} are finished.
   *
   * @param what for example "packing camvid train"
   */
  void update(String what, int done, int total);
}
