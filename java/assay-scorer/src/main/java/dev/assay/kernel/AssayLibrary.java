package dev.assay.kernel;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * Raw binding of {@code assay.h}. Argument structs are passed as addresses of 64-bit words in the
 * order of the header; the classes beside this one fill them. Nothing outside this package sees it.
 */
@Platform(
    include = "assay/assay.h",
    link = "assay",
    preload = {"hwy@.1"},
    compiler = "cpp17")
final class AssayLibrary {
  static final int ABI_VERSION = 3;

  /** The JNI library's file; the libraries it needs lie beside it. */
  static final String JNI_FILE = Loader.load();

  static {
    if (assay_abi_version() != ABI_VERSION) {
      throw new UnsatisfiedLinkError(
          "libassay has ABI version "
              + assay_abi_version()
              + ", these classes expect "
              + ABI_VERSION);
    }
  }

  private AssayLibrary() {}

  static native int assay_pixel_signals(
      @Cast("const AssayExec*") long exec, @Cast("const AssayPixelSignalsArgs*") long args);

  static native int assay_region_signals(
      @Cast("const AssayExec*") long exec, @Cast("const AssayRegionSignalsArgs*") long args);

  static native int assay_bald(
      @Cast("const AssayExec*") long exec, @Cast("const AssayBaldArgs*") long args);

  static native int assay_flip_consistency(
      @Cast("const AssayExec*") long exec, @Cast("const AssayFlipConsistencyArgs*") long args);

  static native int assay_context_mixture(
      @Cast("const AssayExec*") long exec, @Cast("const AssayContextMixtureArgs*") long args);

  static native int assay_confusion(
      @Cast("const AssayExec*") long exec, @Cast("const AssayConfusionArgs*") long args);

  static native int assay_cross_entropy(
      @Cast("const AssayExec*") long exec, @Cast("const AssayCrossEntropyArgs*") long args);

  static native int assay_sgd_step(
      @Cast("const AssayExec*") long exec, @Cast("const AssaySgdStepArgs*") long args);

  static native int assay_adam_step(
      @Cast("const AssayExec*") long exec, @Cast("const AssayAdamStepArgs*") long args);

  static native int assay_squared_norm(
      @Cast("const AssayExec*") long exec, @Cast("const AssaySquaredNormArgs*") long args);

  static native int assay_kl_histogram(
      @Cast("const AssayExec*") long exec, @Cast("const AssayKlHistogramArgs*") long args);

  static native int assay_squared_distances(
      @Cast("const AssayExec*") long exec, @Cast("const AssaySquaredDistancesArgs*") long args);

  static native int assay_context_distance(
      @Cast("const AssayExec*") long exec, @Cast("const AssayContextDistanceArgs*") long args);

  static native int assay_k_center(
      @Cast("const AssayExec*") long exec, @Cast("const AssayKCenterArgs*") long args);

  static native int assay_elementwise(
      @Cast("const AssayExec*") long exec, @Cast("const AssayElementwiseArgs*") long args);

  static native int assay_channel_copy(
      @Cast("const AssayExec*") long exec, @Cast("const AssayChannelCopyArgs*") long args);

  static native int assay_resize(
      @Cast("const AssayExec*") long exec, @Cast("const AssayResizeArgs*") long args);

  static native int assay_dropout_mask(
      @Cast("const AssayExec*") long exec, @Cast("const AssayDropoutMaskArgs*") long args);

  static native int assay_fold_normalisation(
      @Cast("const AssayExec*") long exec, @Cast("const AssayFoldNormalisationArgs*") long args);

  static native int assay_abi_version();

  static native @Const BytePointer assay_last_error();

  static native @Const BytePointer assay_cpu_target();

  static native int assay_cuda_open(String path);

  static native int assay_cuda_device_count();

  static native int assay_library_ask(
      String path, String function, int form, int argument, @Cast("int64_t*") long[] answer);
}
