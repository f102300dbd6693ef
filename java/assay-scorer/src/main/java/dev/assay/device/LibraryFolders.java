package dev.assay.device;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folders in which CUDA's libraries are looked for, first to last: {@code ASSAY_CUDA_PATH}, the
 * linker's own, the toolkit's, and the {@code nvidia/PACKAGE/lib} folders of Python installations.
 * Only folders that exist; none twice. No program is started to find them.
 */
public final class LibraryFolders {
  private static final List<String> SYSTEM =
      List.of(
          "usr/lib/x86_64-linux-gnu",
          "lib/x86_64-linux-gnu",
          "usr/lib64",
          "usr/local/nvidia/lib64",
          "usr/local/nvidia/lib",
          "usr/lib/wsl/lib");

  private final Map<Path, String> folders = new LinkedHashMap<>();
  private final Map<String, String> environment;
  private final Path root;

  private LibraryFolders(Map<String, String> environment, Path root) {
    this.environment = environment;
    this.root = root;
  }

  /** Those of this process. */
  public static LibraryFolders here() {
    return of(System.getenv(), Path.of("/"));
  }

  /** Those of a process with these variables, where {@code root} is the root of the file system. */
  public static LibraryFolders of(Map<String, String> environment, Path root) {
    LibraryFolders found = new LibraryFolders(environment, root);
    found.collect();
    return found;
  }

  /** Where to look, in order, and why there: the variable or the place that named it. */
  public Map<Path, String> all() {
    return folders;
  }

  private void collect() {
    for (Path named : variable("ASSAY_CUDA_PATH")) {
      add(named, "ASSAY_CUDA_PATH");
      addToolkit(named, "ASSAY_CUDA_PATH");
    }
    variable("LD_LIBRARY_PATH").forEach(p -> add(p, "LD_LIBRARY_PATH"));
    linkerCache().forEach(p -> add(p, "ld.so.cache"));
    SYSTEM.forEach(p -> add(root.resolve(p), "system"));
    Stream.of("CUDA_HOME", "CUDA_PATH").forEach(v -> variable(v).forEach(p -> addToolkit(p, v)));
    matching(root.resolve("usr/local"), "cuda*").forEach(p -> addToolkit(p, "toolkit"));
    for (Path prefix : variable("CONDA_PREFIX")) {
      add(prefix.resolve("lib"), "CONDA_PREFIX");
      addToolkit(prefix, "CONDA_PREFIX");
    }
    pythonPrefixes().forEach(this::addPython);
  }

  private void add(Path folder, String why) {
    if (Files.isDirectory(folder)) {
      folders.putIfAbsent(folder.toAbsolutePath().normalize(), why);
    }
  }

  private void addToolkit(Path prefix, String why) {
    add(prefix.resolve("lib64"), why);
    add(prefix.resolve("targets/x86_64-linux/lib"), why);
  }

  /** The wheels of CUDA put their libraries into {@code nvidia/PACKAGE/lib}. */
  private void addPython(Path prefix) {
    for (String lib : List.of("lib", "lib64")) {
      for (Path python : matching(prefix.resolve(lib), "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          Path nvidia = python.resolve(packages).resolve("nvidia");
          matching(nvidia, "*").forEach(p -> add(p.resolve("lib"), "Python"));
        }
      }
    }
  }

  private List<Path> pythonPrefixes() {
    List<Path> prefixes = new ArrayList<>(variable("VIRTUAL_ENV"));
    prefixes.addAll(variable("CONDA_PREFIX"));
    for (Path folder : variable("PATH")) {
      Path python = folder.resolve("python3");
      if (Files.isExecutable(python) && folder.getParent() != null) {
        prefixes.add(folder.getParent());
        prefixes.addAll(realPrefix(python));
        break;
      }
    }
    prefixes.add(root.resolve("usr"));
    prefixes.add(root.resolve("usr/local"));
    variable("HOME").forEach(home -> prefixes.add(home.resolve(".local")));
    return prefixes;
  }

  private static List<Path> realPrefix(Path python) {
    try {
      Path bin = python.toRealPath().getParent();
      return bin.getParent() == null ? List.of() : List.of(bin.getParent());
    } catch (IOException e) {
      return List.of(); // a link to nowhere
    }
  }

  /** The absolute paths in the linker's cache end with NUL in all of its formats. */
  private List<Path> linkerCache() {
    Path cache = root.resolve("etc/ld.so.cache");
    try {
      String text = Files.readString(cache, StandardCharsets.ISO_8859_1);
      return Stream.of(text.split("\0"))
          .filter(s -> s.startsWith("/") && s.contains(".so"))
          .map(s -> root.resolve(s.substring(1)).getParent())
          .distinct()
          .toList();
    } catch (IOException e) {
      return List.of(); // no cache, as in a minimal container
    }
  }

  private List<Path> variable(String name) {
    return Stream.of(environment.getOrDefault(name, "").split(File.pathSeparator))
        .filter(s -> !s.isEmpty())
        .map(Path::of)
        .toList();
  }

  private static List<Path> matching(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
      List<Path> found = new ArrayList<>();
      entries.forEach(found::add);
      found.sort(null);
      return found;
    } catch (IOException e) {
      return List.of(); // not readable: nothing can be loaded from there either
    }
  }
}
