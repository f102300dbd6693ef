package dev.assay.cli.score;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The folder that results appear in, all of them or none: everything is written into a hidden
 * folder inside it and moved up at the end, then the marker {@code DONE} is set. What an
 * interrupted run left is removed by the next one.
 *
 * <pre>
 *   signals.assay   every signal of every region, the cached table that strategies read
 *   scores.csv      image, region, x, y and the signals with one number per region
 *   features.npz    the same and all other signals as arrays, first axis the region
 *   images.csv      what each image number is: file, array, number in the array, width, height
 *   maps/N.npz      with --maps: entropy, argmax, max_probability, margin of image N
 *   DONE            everything above is complete
 * </pre>
 */
public final class OutputFolder implements AutoCloseable {
  /** The results' names. */
  public static final String TABLE = "signals.assay";

  static final String SCORES = "scores.csv";
  static final String FEATURES = "features.npz";
  static final String IMAGES = "images.csv";
  static final String MAPS = "maps";
  private static final String DONE = "DONE";
  private static final String STAGING = ".score.partial";
  private static final List<String> RESULTS = List.of(TABLE, SCORES, FEATURES, IMAGES, MAPS);

  private final Path folder;
  private final Path staging;

  private OutputFolder(Path folder) {
    this.folder = folder;
    this.staging = folder.resolve(STAGING);
  }

  /**
   * Makes the folder if there is none, and clears what an interrupted run left in it.
   *
   * @param force whether results that are there already may be replaced
   * @throws FileAlreadyExistsException if there are any and they may not
   */
  public static OutputFolder open(Path folder, boolean force) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder + ": found a file, expected a folder to write to");
    }
    for (String name : RESULTS) {
      if (!force && Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(
            folder.toString(),
            null,
            "found " + name + " in it, expected a folder without results, or --force");
      }
    }
    OutputFolder output = new OutputFolder(folder);
    Files.createDirectories(folder);
    deleteTree(output.staging);
    Files.createDirectory(output.staging);
    return output;
  }

  /** Where to write a result of that name until {@link #finish()}. */
  public Path file(String name) {
    return staging.resolve(name);
  }

  /** Where to write image {@code number}'s maps. */
  Path map(long number) throws IOException {
    Path maps = Files.createDirectories(staging.resolve(MAPS));
    return maps.resolve(String.format("%06d.npz", number));
  }

  /** Moves everything to its place, synced to disk; the marker comes last. */
  public List<String> finish() throws IOException {
    Files.deleteIfExists(folder.resolve(DONE));
    List<String> written =
        RESULTS.stream().filter(name -> Files.exists(staging.resolve(name))).toList();
    for (String name : RESULTS) {
      Path target = folder.resolve(name);
      if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS) || !written.contains(name)) {
        deleteTree(target);
      }
      if (written.contains(name)) {
        sync(staging.resolve(name));
        Files.move(staging.resolve(name), target, StandardCopyOption.ATOMIC_MOVE);
      }
    }
    sync(folder);
    Files.createFile(folder.resolve(DONE));
    return written;
  }

  /** Puts a file's bytes, or a folder's names, on disk. */
  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      channel.force(true);
    }
  }

  /** Deletes a file, or a folder with what it holds; follows no link. */
  private static void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          deleteTree(entry);
        }
      }
    }
    Files.deleteIfExists(path);
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    deleteTree(staging);
  }
}
