package dev.assay.nn.backend;

/**
 * How networks are computed on a GPU.
 *
 * @param deterministic only algorithms that give the same bits each time
 * @param autotune measure the ways to compute each convolution and each group of fused steps once
 *     instead of asking the library which is likely to be fast; the choice, and so the last bits,
 *     may differ between processes
 * @param tf32 let tensor cores round the factors of fp32 products to 10 bits of mantissa
 */
public record CudaOptions(boolean deterministic, boolean autotune, boolean tf32) {
  /** Deterministic, by heuristics, full fp32. */
  public static final CudaOptions DEFAULT = new CudaOptions(true, false, false);
}
