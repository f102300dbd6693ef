package dev.assay.nn.backend.cudnn;

import static org.bytedeco.cuda.global.cudnn.CUDNN_STATUS_SUCCESS;
import static org.bytedeco.cuda.global.cudnn.cudnnAdvVersionCheck;
import static org.bytedeco.cuda.global.cudnn.cudnnCnnVersionCheck;
import static org.bytedeco.cuda.global.cudnn.cudnnGetCudartVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnGetVersion;
import static org.bytedeco.cuda.global.cudnn.cudnnOpsVersionCheck;

import dev.assay.device.CudaLibraries;
import dev.assay.device.CudaLibrary;
import dev.assay.device.LibraryFolders;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.Loader;

/**
 * Whether cuDNN can be used in this process. The binding resolves the library's functions when they
 * are first called, and one that is not there ends the process: nothing of the library is called
 * before its version is known to be new enough.
 */
public final class CudnnLibrary {
  private static final long OLDEST = 91000;
  private static final long CUDA = 13;

  private static final String REASON = probe();

  private CudnnLibrary() {}

  /** Why cuDNN cannot be used here, one line; null when it can. */
  public static String whyNot() {
    return REASON;
  }

  /**
   * The library's version, for example {@code 9.19.0}.
   *
   * @throws IllegalStateException if it cannot be used
   */
  public static String version() {
    if (REASON != null) {
      throw new IllegalStateException(REASON);
    }
    return text(cudnnGetVersion());
  }

  private static String probe() {
    // From wherever they are installed; what fails here is the binding's to report.
    CudaLibraries.in(LibraryFolders.here()).load(EnumSet.allOf(CudaLibrary.Family.class));
    try {
      Loader.load(org.bytedeco.cuda.global.cudnn.class);
      long version = cudnnGetVersion();
      if (version < OLDEST) {
        return "cuDNN " + text(version) + " is too old, expected at least " + text(OLDEST);
      }
      long runtime = cudnnGetCudartVersion() / 1000;
      if (runtime != CUDA) {
        return "cuDNN " + text(version) + " is for CUDA " + runtime + ", expected CUDA " + CUDA;
      }
      return partThatDiffers(version);
    } catch (LinkageError e) {
      return "cuDNN cannot be loaded: " + cause(e);
    }
  }

  private static String partThatDiffers(long version) {
    Map<String, Integer> parts = new LinkedHashMap<>();
    parts.put("libcudnn_ops", cudnnOpsVersionCheck());
    parts.put("libcudnn_cnn", cudnnCnnVersionCheck());
    parts.put("libcudnn_adv", cudnnAdvVersionCheck());
    for (Map.Entry<String, Integer> part : parts.entrySet()) {
      int status = part.getValue();
      if (status != CUDNN_STATUS_SUCCESS) {
        return "cuDNN "
            + text(version)
            + ": "
            + part.getKey()
            + " does not fit: "
            + Status.text(status);
      }
    }
    return null;
  }

  private static String text(long version) {
    return version / 10000 + "." + version / 100 % 100 + "." + version % 100;
  }

  /** The first line of the innermost message, which names the file that is missing. */
  private static String cause(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null ? innermost.toString() : message.lines().findFirst().orElse(message);
  }
}
