package dev.assay.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where CUDA's libraries are looked for, and which installation is taken. */
class LibraryFoldersTest {
  @TempDir Path root;

  private Path folder(String path) throws IOException {
    return Files.createDirectories(root.resolve(path));
  }

  private List<Path> search(Map<String, String> environment) {
    return List.copyOf(LibraryFolders.of(environment, root).all().keySet());
  }

  private String at(String path) {
    return root.resolve(path).toString();
  }

  @Test
  void everyPlaceHasItsTurn() throws IOException {
    Path override = folder("mine");
    Path path = folder("ld");
    Path cached = folder("opt/cached");
    Files.write(
        folder("etc").resolve("ld.so.cache"),
        "glibc-ld.so.cache1.1\0\1\2libx.so.1\0/opt/cached/libx.so.1\0"
            .getBytes(StandardCharsets.ISO_8859_1));
    Path system = folder("usr/lib/x86_64-linux-gnu");
    Path toolkit = folder("usr/local/cuda-13.0/lib64");
    Path conda = folder("conda/lib");
    Path venv = folder("venv/lib/python3.12/site-packages/nvidia/cudnn/lib");
    Path other = folder("bin-of/lib/python3.11/site-packages/nvidia/cu13/lib");
    Path python = Files.createFile(folder("bin-of/bin").resolve("python3"));
    assertTrue(python.toFile().setExecutable(true));
    Path debian = folder("usr/local/lib/python3.11/dist-packages/nvidia/cublas/lib");
    Path user = folder("home/.local/lib/python3.11/site-packages/nvidia/cu13/lib");
    Map<String, String> environment =
        Map.of(
            "ASSAY_CUDA_PATH",
            at("mine") + ":" + at("not-there"),
            "LD_LIBRARY_PATH",
            at("ld") + ":" + at("mine"),
            "CONDA_PREFIX",
            at("conda"),
            "VIRTUAL_ENV",
            at("venv"),
            "PATH",
            at("nowhere") + ":" + at("bin-of/bin"),
            "HOME",
            at("home"));
    assertEquals(
        List.of(override, path, cached, system, toolkit, conda, venv, other, debian, user),
        search(environment));
  }

  @Test
  void anEmptyMachineHasNoFolders() {
    assertEquals(List.of(), search(Map.of("LD_LIBRARY_PATH", ":", "PATH", at("bin"))));
  }

  @Test
  void aFamilyComesFromTheFirstWholeFolder() throws IOException {
    Path half = folder("half");
    Path whole = folder("whole");
    Files.createFile(half.resolve("libcublas.so.13"));
    Files.createFile(whole.resolve("libcublas.so.13"));
    Files.createFile(whole.resolve("libcublasLt.so.13"));
    Files.createFile(half.resolve("libcudart.so.12"));
    CudaLibraries found =
        CudaLibraries.in(
            LibraryFolders.of(Map.of("LD_LIBRARY_PATH", at("half") + ":" + at("whole")), root));
    assertEquals(whole.resolve("libcublas.so.13"), found.find(CudaLibrary.CUBLAS));
    assertNull(found.find(CudaLibrary.CUDART));
    assertEquals(List.of(half.resolve("libcudart.so.12")), found.otherVersions(CudaLibrary.CUDART));
  }

  @Test
  void whatCannotBeLoadedIsReportedAndNotThrown() throws IOException {
    Files.writeString(folder("broken").resolve("libcudart.so.13"), "no library");
    CudaLibraries found =
        CudaLibraries.in(LibraryFolders.of(Map.of("LD_LIBRARY_PATH", at("broken")), root));
    List<String> failures = found.load(EnumSet.of(CudaLibrary.Family.CUDART));
    assertEquals(1, failures.size());
    assertTrue(failures.get(0).contains("libcudart.so.13"), failures.get(0));
  }
}
