package dev.assay.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.assay.cli.doctor.Check;
import dev.assay.cli.doctor.CudaParts;
import dev.assay.cli.doctor.Driver;
import dev.assay.device.CudaLibraries;
import dev.assay.device.LibraryFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What doctor says of machines that are not this one, made of stub libraries under another root.
 */
class DoctorGpuTest {
  @TempDir Path root;
  private Path system;

  @BeforeEach
  void folders() throws IOException {
    system = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
    Files.createDirectories(root.resolve("dev"));
  }

  private CudaLibraries libraries() {
    return CudaLibraries.in(LibraryFolders.of(Map.of(), root));
  }

  private Check driver() {
    return Driver.check(libraries(), root);
  }

  private Check part(String name) {
    List<Check> checks = CudaParts.checks(libraries(), true);
    return checks.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " not among " + checks));
  }

  private static void says(Check check, Check.Status status, String... parts) {
    assertEquals(status, check.status(), check.toString());
    for (String part : parts) {
      assertTrue((check.found() + "|" + check.fix()).contains(part), part + ": " + check);
    }
    assertEquals(status == Check.Status.OK, check.fix().isEmpty(), check.toString());
  }

  private void module(String version) throws IOException {
    Path file = root.resolve("proc/driver/nvidia/version");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  "
            + version
            + "  Release Build\n");
  }

  @Test
  void noDriverIsAHintAndNoFailure() {
    says(driver(), Check.Status.WARN, "no libcuda.so.1", "proc/driver/nvidia", "580 or newer");
    List<Check> parts = CudaParts.checks(libraries(), false);
    assertTrue(parts.stream().noneMatch(c -> c.status() == Check.Status.FAIL), parts.toString());
  }

  @Test
  void aContainerWithoutTheGpuIsToldTheOption() throws IOException {
    Files.createFile(root.resolve(".dockerenv"));
    says(driver(), Check.Status.WARN, "--gpus all on a host");
    module("580.95.05");
    says(driver(), Check.Status.FAIL, "580.95.05", "no ", "dev/nvidia0", "--gpus all");
    Files.createFile(root.resolve("dev/nvidia0"));
    says(driver(), Check.Status.FAIL, "no libcuda.so.1", "NVIDIA_DRIVER_CAPABILITIES");
  }

  @Test
  void anOldKernelModuleIsNamed() throws IOException {
    module("550.54.14");
    Files.createFile(root.resolve("dev/nvidia0"));
    StubLibraries.driver(system, 12040);
    says(driver(), Check.Status.FAIL, "550.54.14", "expected 580", "install NVIDIA driver 580");
  }

  @Test
  void theDriversLibraryIsAskedForItsVersion() throws IOException {
    StubLibraries.driver(system, 12080);
    says(driver(), Check.Status.FAIL, "for CUDA 12.8", "expected 13.0");
    StubLibraries.driver(Files.createDirectories(root.resolve("usr/local/nvidia/lib64")), 13010);
    Files.delete(system.resolve("libcuda.so.1"));
    says(driver(), Check.Status.OK, "usr/local/nvidia/lib64/libcuda.so.1", "CUDA 13.1");
  }

  @Test
  void aFileThatIsNoLibraryIsNamedAndDoesNotCrash() throws IOException {
    Files.writeString(system.resolve("libcuda.so.1"), "not a library");
    says(driver(), Check.Status.FAIL, "libcuda.so.1", "install the driver again");
    Files.writeString(system.resolve("libcudart.so.13"), "");
    says(part("cudart"), Check.Status.FAIL, "libcudart.so.13", "install it again");
  }

  @Test
  void aCompleteInstallationIsFine() throws IOException {
    StubLibraries.cudart(system, 13010);
    StubLibraries.cublas(system);
    StubLibraries.cudnn(system, 91900, 13010, 0);
    StubLibraries.write(system, "libnvrtc.so.13", "int unused;");
    List<Check> checks = CudaParts.checks(libraries(), true);
    assertTrue(checks.stream().allMatch(c -> c.status() == Check.Status.OK), checks.toString());
    says(part("cudart"), Check.Status.OK, "libcudart.so.13 13.1");
    says(part("cublas"), Check.Status.OK, "libcublas.so.13 13.1");
    says(part("cublasLt"), Check.Status.OK, "13.1.0");
    says(part("cudnn"), Check.Status.OK, "cuDNN 9.19.0 for CUDA 13.1");
    says(part("search"), Check.Status.OK, system.toString(), "system");
  }

  @Test
  void whatIsMissingIsNamedWithWhereItWasLookedFor() throws IOException {
    says(
        part("cudart"), Check.Status.FAIL, "no libcudart.so.13", "pip install nvidia-cuda-runtime");
    says(part("cublas"), Check.Status.FAIL, "no libcublas.so.13", "pip install nvidia-cublas");
    says(part("cudnn"), Check.Status.FAIL, "no libcudnn_graph.so.9", "nvidia-cudnn-cu13");
    says(part("search"), Check.Status.OK, system.toString());
  }

  @Test
  void anotherMajorVersionIsPointedOut() throws IOException {
    Path toolkit = Files.createDirectories(root.resolve("usr/local/cuda-12.8/lib64"));
    Files.createFile(toolkit.resolve("libcudart.so.12"));
    says(part("cudart"), Check.Status.FAIL, "cuda-12.8/lib64/libcudart.so.12", "other major");
    StubLibraries.cudart(system, 12080);
    says(part("cudart"), Check.Status.FAIL, "12.8", "expected CUDA 13");
  }

  @Test
  void anOldCudnnIsNeverAskedForMore() throws IOException {
    StubLibraries.cudnn(system, 90000, 12040, 0);
    // Would end the process if it were called.
    StubLibraries.write(
        system,
        "libcudnn_ops.so.9",
        "#include <stdlib.h>\nint cudnnOpsVersionCheck(void) { abort(); }");
    says(part("cudnn"), Check.Status.FAIL, "cuDNN 9.0.0", "expected 9.10.0");
  }

  @Test
  void aCudnnForCuda12IsNotTaken() throws IOException {
    StubLibraries.cudnn(system, 91900, 12090, 0);
    says(part("cudnn"), Check.Status.FAIL, "for CUDA 12.9", "expected CUDA 13", "cudnn-cu13");
  }

  @Test
  void aMissingPartOfCudnnIsNamed() throws IOException {
    StubLibraries.cudnn(system, 91900, 13000, 0);
    Files.delete(system.resolve("libcudnn_cnn.so.9"));
    says(part("cudnn_cnn"), Check.Status.FAIL, "no libcudnn_cnn.so.9 beside", system.toString());
    Files.delete(system.resolve("libcudnn_heuristic.so.9"));
    says(part("cudnn_cnn"), Check.Status.FAIL, "no libcudnn_cnn.so.9 beside");
    says(part("cudnn_engines"), Check.Status.WARN, "no libcudnn_heuristic.so.9 beside");
  }

  @Test
  void aPartOfAnotherVersionIsNamed() throws IOException {
    StubLibraries.cudnn(system, 91900, 13000, 1008);
    says(part("cudnn_ops"), Check.Status.FAIL, "another version", "1008", "--force-reinstall");
  }

  @Test
  void aWholeInstallationIsTakenBeforeAPartOfOne() throws IOException {
    StubLibraries.cudnn(system, 91900, 13000, 0);
    Files.delete(system.resolve("libcudnn_adv.so.9"));
    Path wheel = root.resolve("usr/local/lib/python3.12/dist-packages/nvidia/cudnn/lib");
    StubLibraries.cudnn(wheel, 91500, 13000, 0);
    says(part("cudnn"), Check.Status.OK, wheel.toString(), "9.15.0");
    assertFalse(part("search").found().isEmpty());
  }
}
