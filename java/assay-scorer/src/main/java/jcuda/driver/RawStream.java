package jcuda.driver;

/** A stream that someone else made, from its address; JCuda keeps that constructor to itself. */
public final class RawStream {
  private RawStream() {}

  /** The {@code CUstream} or {@code cudaStream_t} at {@code handle}. */
  public static CUstream of(long handle) {
    return new CUstream(handle);
  }
}
