package dev.assay.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;

/**
 * What is known of libassay and libassay_cuda in this process. Thread-safe.
 *
 * <p>The CUDA library is opened at the first {@link #cuda()}, never before, and stays open.
 */
public final class NativeLibrary {
  private static final String DIRECTORY = "/dev/assay/kernel/linux-x86_64/";
  private static final String CUDA = "libassay_cuda.so";

  private NativeLibrary() {}

  /**
   * State of the CUDA side.
   *
   * @param devices usable CUDA devices; 0 when there is none
   * @param path the library's file, or null when this build has none
   * @param reason why there is no device, one line; empty when there is one
   */
  public record Cuda(int devices, Path path, String reason) {
    /** Whether at least one device can be used. */
    public boolean available() {
      return devices > 0;
    }
  }

  private static final class CudaHolder {
    static final Cuda CUDA = open();
  }

  /** Version of the C ABI that both sides speak. */
  public static int abiVersion() {
    return AssayLibrary.assay_abi_version();
  }

  /** The instruction set the CPU twins run with, for example {@code AVX3_ZEN4}. */
  public static String cpuTarget() {
    return AssayLibrary.assay_cpu_target().getString();
  }

  /** The file that libassay was loaded from. */
  public static Path path() {
    return Path.of(AssayLibrary.JNI_FILE).resolveSibling("libassay.so");
  }

  /** Opens the CUDA library once and says what came of it. */
  public static Cuda cuda() {
    return CudaHolder.CUDA;
  }

  private static Cuda open() {
    Path file;
    try {
      File cached = Loader.cacheResource(AssayLibrary.class, DIRECTORY + CUDA);
      // Unpacked installations have it beside libassay.
      file = cached == null ? path().resolveSibling(CUDA) : cached.toPath();
      if (cached == null && !Files.exists(file)) {
        return new Cuda(0, null, CUDA + " is not part of this build (nvcc was not found)");
      }
    } catch (IOException e) {
      return new Cuda(0, null, CUDA + " could not be unpacked: " + e.getMessage());
    }
    if (AssayLibrary.assay_cuda_open(file.toString()) != 0) {
      return new Cuda(0, file, Status.lastError());
    }
    int devices = AssayLibrary.assay_cuda_device_count();
    return new Cuda(devices, file, devices > 0 ? "" : "the driver reports no usable device");
  }
}
