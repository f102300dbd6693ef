package dev.assay.device;

import java.util.List;
import java.util.stream.Stream;

/**
 * The shared libraries of CUDA that networks on a GPU use, in the order in which they can be
 * loaded.
 */
public enum CudaLibrary {
  DRIVER("libcuda.so.1", Family.DRIVER, true),
  CUDART("libcudart.so.13", Family.CUDART, true),
  NVRTC("libnvrtc.so.13", Family.NVRTC, false),
  CUBLAS_LT("libcublasLt.so.13", Family.CUBLAS, true),
  CUBLAS("libcublas.so.13", Family.CUBLAS, true),
  CUDNN_GRAPH("libcudnn_graph.so.9", Family.CUDNN, true),
  CUDNN_OPS("libcudnn_ops.so.9", Family.CUDNN, true),
  CUDNN_CNN("libcudnn_cnn.so.9", Family.CUDNN, true),
  CUDNN_ADV("libcudnn_adv.so.9", Family.CUDNN, true),
  CUDNN_ENGINES("libcudnn_engines_precompiled.so.9", Family.CUDNN, false),
  CUDNN_RUNTIME_ENGINES("libcudnn_engines_runtime_compiled.so.9", Family.CUDNN, false),
  CUDNN_HEURISTIC("libcudnn_heuristic.so.9", Family.CUDNN, false);

  /** Libraries that are installed together and must come from one folder. */
  public enum Family {
    DRIVER,
    CUDART,
    NVRTC,
    CUBLAS,
    CUDNN;

    /** Its libraries, in the order in which they can be loaded. */
    public List<CudaLibrary> libraries() {
      return Stream.of(CudaLibrary.values()).filter(l -> l.family == this).toList();
    }
  }

  private final String file;
  private final Family family;
  private final boolean required;

  CudaLibrary(String file, Family family, boolean required) {
    this.file = file;
    this.family = family;
    this.required = required;
  }

  /** The name that other libraries ask the linker for. */
  public String file() {
    return file;
  }

  /** What it is installed with. */
  public Family family() {
    return family;
  }

  /** Whether nothing runs without it; the others are opened by cuDNN when it wants them. */
  public boolean required() {
    return required;
  }

  /** The name without its major version, for example {@code libcudart.so}. */
  public String anyVersion() {
    return file.substring(0, file.lastIndexOf('.'));
  }
}
