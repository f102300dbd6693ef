package dev.assay.format;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes .npz archives with deflated members, atomically and reproducibly. */
public final class NpzWriter {
  /** The first moment a zip entry can have, so that equal arrays make equal files. */
  private static final LocalDateTime EPOCH = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzWriter() {}

  /** Writes the arrays under their names. */
  public static void write(Path file, Collection<NdArray> arrays) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          zip.setLevel(Deflater.BEST_SPEED);
          for (NdArray array : arrays) {
            ZipEntry entry = new ZipEntry(array.name() + ".npy");
            entry.setTimeLocal(EPOCH);
            zip.putNextEntry(entry);
            Npy.write(zip, array);
            zip.closeEntry();
          }
          zip.finish();
        });
  }
}
