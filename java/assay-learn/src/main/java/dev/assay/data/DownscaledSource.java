package dev.assay.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A source's images at 1/{@code factor} of their width and height: a colour is the rounded mean of
 * its box, a label the box's most frequent one (the lowest of several; void counts as a label).
 * Columns and rows that fill no box are left out. Immutable and thread-safe.
 */
public final class DownscaledSource implements ImageSource {
  private final ImageSource source;
  private final int factor;

  /**
   * @param factor side of a box in pixels, at least 2
   */
  public DownscaledSource(ImageSource source, int factor) {
    if (factor < 2) {
      throw new IllegalArgumentException("factor=" + factor + " must be >= 2");
    }
    this.source = source;
    this.factor = factor;
  }

  @Override
  public String description() {
    return source.description() + " at 1/" + factor;
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public String id(int i) {
    return source.id(i);
  }

  @Override
  public byte[] fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(("box mean 1/" + factor).getBytes(StandardCharsets.UTF_8));
      return digest.digest(source.fingerprint());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public DecodedImage decode(int i) throws IOException {
    DecodedImage image = source.decode(i);
    int width = image.width() / factor;
    int height = image.height() / factor;
    byte[] rgb = new byte[3 * width * height];
    byte[] labels = new byte[width * height];
    int[] votes = new int[256];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        for (int channel = 0; channel < 3; channel++) {
          rgb[3 * at + channel] = mean(image, x * factor, y * factor, channel);
        }
        labels[at] = majority(image, x * factor, y * factor, votes);
      }
    }
    return new DecodedImage(width, height, rgb, labels);
  }

  private byte mean(DecodedImage image, int left, int top, int channel) {
    int sum = 0;
    for (int y = top; y < top + factor; y++) {
      for (int x = left; x < left + factor; x++) {
        sum += image.rgb()[3 * (y * image.width() + x) + channel] & 0xff;
      }
    }
    int pixels = factor * factor;
    return (byte) ((sum + pixels / 2) / pixels);
  }

  /** Leaves {@code votes} as it found it: all zero. */
  private byte majority(DecodedImage image, int left, int top, int[] votes) {
    int best = 255;
    for (int y = top; y < top + factor; y++) {
      for (int x = left; x < left + factor; x++) {
        int label = image.labels()[y * image.width() + x] & 0xff;
        votes[label]++;
        if (votes[label] > votes[best] || (votes[label] == votes[best] && label < best)) {
          best = label;
        }
      }
    }
    for (int y = top; y < top + factor; y++) {
      for (int x = left; x < left + factor; x++) {
        votes[image.labels()[y * image.width() + x] & 0xff] = 0;
      }
    }
    return (byte) best;
  }
}
