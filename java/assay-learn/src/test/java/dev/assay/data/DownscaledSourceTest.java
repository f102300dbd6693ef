package dev.assay.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Means of colours, majorities of labels. */
final class DownscaledSourceTest {
  private static final ImageSource SOURCE =
      new ImageSource() {
        @Override
        public String description() {
          return "two by five";
        }

        @Override
        public int size() {
          return 1;
        }

        @Override
        public String id(int i) {
          return "a.png";
        }

        @Override
        public byte[] fingerprint() {
          return new byte[32];
        }

        @Override
        public DecodedImage decode(int i) {
          byte[] rgb = new byte[30];
          for (int p = 0; p < 10; p++) {
            rgb[3 * p] = (byte) (200 + p);
            rgb[3 * p + 1] = (byte) (p % 2);
          }
          byte[] labels = {3, 1, 5, 5, 0, 1, 3, (byte) 255, (byte) 255, 0};
          return new DecodedImage(5, 2, rgb, labels);
        }
      };

  @Test
  void averagesColoursAndTakesTheCommonestLabel() throws IOException {
    DecodedImage small = new DownscaledSource(SOURCE, 2).decode(0);
    assertEquals(2, small.width());
    assertEquals(1, small.height());
    // (200 + 201 + 205 + 206) / 4 = 203 and (202 + 203 + 207 + 208) / 4 = 205.
    assertArrayEquals(new byte[] {(byte) 203, 1, 0, (byte) 205, 1, 0}, small.rgb());
    // Two votes each: the lowest label wins, void included.
    assertArrayEquals(new byte[] {1, 5}, small.labels());
  }

  @Test
  void hasAFingerprintOfItsOwn() throws IOException {
    byte[] half = new DownscaledSource(SOURCE, 2).fingerprint();
    assertFalse(Arrays.equals(SOURCE.fingerprint(), half));
    assertFalse(Arrays.equals(new DownscaledSource(SOURCE, 4).fingerprint(), half));
  }
}
