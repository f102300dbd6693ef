package dev.assay.data;

import java.io.IOException;

/** Where a pack's images come from. Implementations are thread-safe. */
public interface ImageSource {
  /** What this is, for log lines and errors. */
  String description();

  /** Number of images. */
  int size();

  /** Name of image {@code i}, unique in the source. */
  String id(int i);

  /** 32 bytes that change whenever any image or label may have changed. */
  byte[] fingerprint() throws IOException;

  /** Decodes image {@code i}; may be called from several threads at once. */
  DecodedImage decode(int i) throws IOException;
}
