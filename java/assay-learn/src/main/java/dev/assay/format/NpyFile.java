package dev.assay.format;

import dev.assay.memory.MappedWindow;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** One .npy file: a single array, called as the file is. */
final class NpyFile extends ArrayFile {
  private final MappedWindow window;
  private final NpyHeader header;

  private NpyFile(MappedWindow window, NpyHeader header) {
    this.window = window;
    this.header = header;
  }

  /** Opens a file and checks its header against its size. */
  public static NpyFile open(Path file) throws IOException {
    MappedWindow window = MappedWindow.open(file);
    try {
      String name = file.getFileName().toString();
      NpyHeader header =
          NpyHeader.read(new WindowInput(window, 0, window.bytes()), file.toString(), name);
      header.requireSize(window.bytes());
      return new NpyFile(window, header);
    } catch (IOException | RuntimeException e) {
      window.close();
      throw e;
    }
  }

  @Override
  public List<String> names() {
    return List.of(header.info().name());
  }

  @Override
  public ArrayInfo info(String name) {
    return header.info();
  }

  @Override
  ArrayBytes bytes(String name) {
    return new FileBytes(window, header.bytes());
  }

  @Override
  public void close() throws IOException {
    window.close();
  }
}
