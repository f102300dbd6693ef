package dev.assay.nn.backend.cudnn;

/** One of the library's ways to compute y = relu?(x * w + bias? + addend?), for fixed shapes. */
interface ConvolutionCall extends AutoCloseable {
  /**
   * Where everything lies.
   *
   * @param bias null where there is none
   * @param addend null where there is none
   */
  record Places(
      RawPointer x,
      RawPointer weights,
      RawPointer bias,
      RawPointer addend,
      RawPointer y,
      RawPointer workspace) {}

  /** Scratch memory that a run needs. */
  long workspaceBytes();

  /** Fixes the addresses, once. */
  void bind(Places places);

  void run();

  @Override
  default void close() {}
}
