package dev.assay.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where CUDA's libraries are on this machine, and how they come into the process: by full path, so
 * that the bindings find them whatever the linker's path says.
 *
 * <p>A family comes from the first folder that has all of its required libraries, or else from the
 * first that has any: parts of different installations do not work together.
 */
public final class CudaLibraries {
  private final LibraryFolders folders;
  private final Map<CudaLibrary.Family, Path> homes = new EnumMap<>(CudaLibrary.Family.class);

  private CudaLibraries(LibraryFolders folders) {
    this.folders = folders;
    for (CudaLibrary.Family family : CudaLibrary.Family.values()) {
      Path home = home(family);
      if (home != null) {
        homes.put(family, home);
      }
    }
  }

  /** Those in {@code folders}. */
  public static CudaLibraries in(LibraryFolders folders) {
    return new CudaLibraries(folders);
  }

  private Path home(CudaLibrary.Family family) {
    Path partial = null;
    for (Path folder : folders.all().keySet()) {
      List<CudaLibrary> here =
          family.libraries().stream().filter(l -> Files.exists(folder.resolve(l.file()))).toList();
      if (!here.isEmpty() && here.containsAll(required(family))) {
        return folder;
      }
      partial = partial == null && !here.isEmpty() ? folder : partial;
    }
    return partial;
  }

  private static List<CudaLibrary> required(CudaLibrary.Family family) {
    return family.libraries().stream().filter(CudaLibrary::required).toList();
  }

  /** The file, or null if it is in no folder, or not beside the rest of its family. */
  public Path find(CudaLibrary library) {
    Path folder = homes.get(library.family());
    if (folder == null || !Files.exists(folder.resolve(library.file()))) {
      return null;
    }
    return folder.resolve(library.file());
  }

  /** The folder that the family is taken from, or null. */
  public Path folder(CudaLibrary.Family family) {
    return homes.get(family);
  }

  /** Files of the same library with another major version, for example {@code libcudart.so.12}. */
  public List<Path> otherVersions(CudaLibrary library) {
    TreeSet<Path> found = new TreeSet<>();
    for (Path folder : folders.all().keySet()) {
      try (DirectoryStream<Path> files =
          Files.newDirectoryStream(folder, library.anyVersion() + ".[0-9]*")) {
        for (Path file : files) {
          if (!file.getFileName().toString().startsWith(library.file())) {
            found.add(file);
          }
        }
      } catch (IOException e) {
        // A folder that cannot be read has nothing to load either.
      }
    }
    return List.copyOf(found);
  }

  /** Where was looked. */
  public LibraryFolders folders() {
    return folders;
  }

  /**
   * Loads what was found of {@code families}, in order; what is not there is left to the linker. To
   * be called before a binding asks the linker for one of them.
   *
   * @return what could not be loaded, with the linker's reason; empty when all is well
   */
  public List<String> load(Set<CudaLibrary.Family> families) {
    List<String> failures = new ArrayList<>();
    for (CudaLibrary library : CudaLibrary.values()) {
      Path file = find(library);
      if (file != null && families.contains(library.family())) {
        try {
          System.load(file.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError e) {
          failures.add(e.getMessage());
        }
      }
    }
    return failures;
  }
}
