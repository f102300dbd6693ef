package dev.assay.experiment;

import dev.assay.data.ClassSet;
import dev.assay.data.ImagePack;
import dev.assay.memory.HostBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Reveals true labels inside the regions asked for, and nowhere else: the only way from a data
 * set's masks into a {@link LabelledSet}.
 */
final class Oracle {
  private final ImagePack truth;
  private final int classes;

  Oracle(ImagePack truth, int classes) {
    this.truth = truth;
    this.classes = classes;
  }

  /**
   * What was revealed.
   *
   * @param classPixels pixels per true class
   * @param ignoredPixels pixels without a class
   * @param crc32c checksum of the region's labels, row by row
   */
  record Revealed(List<Long> classPixels, long ignoredPixels, long crc32c) {}

  /**
   * Copies the labels of one region into {@code labelled}.
   *
   * @throws ExperimentException if the region was revealed before
   */
  Revealed reveal(LabelledSet labelled, int image, int region) {
    if (labelled.contains(image, region)) {
      throw new ExperimentException(
          "region " + region + " of " + truth.id(image) + " was labelled before; ask for it once");
    }
    RegionGrid grid = labelled.grid();
    DirectBuffer labels = truth.labels(image);
    long[] counts = new long[classes];
    long ignored = 0;
    CRC32C checksum = new CRC32C();
    byte[] row = new byte[grid.width()];
    int stride = truth.width(image);
    for (int y = grid.y(region); y < grid.y(region) + grid.height(); y++) {
      labels.getBytes(y * stride + grid.x(region), row);
      checksum.update(row);
      for (byte value : row) {
        int label = value & 0xff;
        if (label == ClassSet.IGNORE) {
          ignored++;
        } else {
          counts[label]++;
        }
      }
    }
    HostBuffer plane = labelled.take(image, region, grid.pixels() - ignored);
    for (int y = grid.y(region); y < grid.y(region) + grid.height(); y++) {
      long offset = (long) y * stride + grid.x(region);
      UnsafeApi.copyMemory(
          truth.labelAddress(image) + offset, plane.address() + offset, grid.width());
    }
    return new Revealed(Arrays.stream(counts).boxed().toList(), ignored, checksum.getValue());
  }
}
