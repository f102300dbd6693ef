package dev.assay.cli.doctor;

import dev.assay.device.CudaLibraries;
import dev.assay.device.CudaLibrary;
import dev.assay.kernel.SharedLibrary;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NVIDIA's driver: the kernel's module, the device files, and {@code libcuda.so.1}. Each can be
 * there without the others, in containers above all.
 */
public final class Driver {
  private static final int OLDEST_DRIVER = 580;
  private static final long OLDEST_CUDA = 13000;
  private static final Pattern MODULE = Pattern.compile("Kernel Module.*?\\s(\\d+)(\\.[\\d.]+)");

  private Driver() {}

  /** Whether any part of a driver is here, so that somebody means to use a GPU. */
  public static boolean isPresent(CudaLibraries libraries, Path root) {
    return libraries.find(CudaLibrary.DRIVER) != null
        || Files.exists(module(root))
        || !deviceFiles(root).isEmpty();
  }

  /** The check; {@code root} is the root of the file system. */
  public static Check check(CudaLibraries libraries, Path root) {
    boolean container = inContainer(root);
    if (!isPresent(libraries, root)) {
      return Check.warn(
          "driver",
          "no libcuda.so.1 (see search), no " + module(root) + ", no " + root + "dev/nvidia0",
          container
              ? "start the container with --gpus all on a host with NVIDIA driver 580 or newer"
              : "install NVIDIA driver 580 or newer to use a GPU; the CPU needs none");
    }
    String module = moduleVersion(root);
    if (module != null && deviceFiles(root).isEmpty()) {
      return Check.fail(
          "driver",
          "kernel module " + module + " is loaded, but there is no " + root + "dev/nvidia0",
          container
              ? "start the container with --gpus all"
              : "make the device files: nvidia-modprobe -u -c 0, as root");
    }
    if (module != null
        && Integer.parseInt(module.substring(0, module.indexOf('.'))) < OLDEST_DRIVER) {
      return Check.fail(
          "driver",
          "kernel module " + module + ", expected " + OLDEST_DRIVER + " or newer",
          "install NVIDIA driver 580 or newer" + (container ? " on the host" : ""));
    }
    return library(libraries.find(CudaLibrary.DRIVER), module, container);
  }

  private static Check library(Path file, String module, boolean container) {
    String loaded = module == null ? "" : "kernel module " + module + "; ";
    if (file == null) {
      return Check.fail(
          "driver",
          loaded + "device files, but no libcuda.so.1 (see search)",
          container
              ? "start the container with --gpus all and NVIDIA_DRIVER_CAPABILITIES=compute,utility"
              : "install the driver's libcuda (Debian: libcuda1) of the same version");
    }
    try {
      long version = SharedLibrary.output(file, "cuDriverGetVersion");
      String found = loaded + file + " for CUDA " + CudaParts.cudaVersion(version);
      return version >= OLDEST_CUDA
          ? Check.ok("driver", found)
          : Check.fail(
              "driver", found + ", expected 13.0 or newer", "install NVIDIA driver 580 or newer");
    } catch (UnsupportedOperationException e) {
      return Check.fail("driver", file + ": " + e.getMessage(), "install the driver again");
    }
  }

  private static Path module(Path root) {
    return root.resolve("proc/driver/nvidia/version");
  }

  private static String moduleVersion(Path root) {
    try {
      Matcher matcher = MODULE.matcher(Files.readString(module(root)));
      return matcher.find() ? matcher.group(1) + matcher.group(2) : null;
    } catch (IOException e) {
      return null; // no module, or a container that hides it: the library answers for itself
    }
  }

  private static List<Path> deviceFiles(Path root) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(root.resolve("dev"), "nvidia[0-9]*")) {
      files.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // no folder, no devices
    }
    return found;
  }

  private static boolean inContainer(Path root) {
    return Files.exists(root.resolve(".dockerenv"))
        || Files.exists(root.resolve("run/.containerenv"))
        || Files.exists(root.resolve("singularity"));
  }
}
