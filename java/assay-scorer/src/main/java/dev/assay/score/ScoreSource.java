package dev.assay.score;

import dev.assay.memory.TensorView;
import java.io.IOException;

/**
 * Class scores of any number of images, one after the other. Owner of what it reads from; confined
 * to one thread at a time.
 */
public interface ScoreSource extends AutoCloseable {
  /** Number of images in all. */
  long images();

  /** Number of classes, the same for every image. */
  int classes();

  /**
   * Moves on to the next image.
   *
   * @return its scores [1, c, h, w], valid until the next call; null behind the last
   * @throws IOException naming the file, if it cannot be read or is damaged
   */
  TensorView next() throws IOException;

  /** What the current image is called in messages, for example {@code logits.npy image 3}. */
  String name();

  @Override
  void close() throws IOException;
}
