package dev.assay.kernel;

import dev.assay.device.Exec;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.util.BitSet;
import org.agrona.UnsafeApi;

/**
 * What the library finds by looking at host memory, and cannot look for in a device's: bad values
 * among arguments that are about to be staged. Memory that lies on the device already stays
 * unchecked, as the contracts say.
 */
final class StagedCheck {
  private StagedCheck() {}

  private static boolean skips(Exec exec, Span span) {
    return exec.device().isCpu() || span == null || !span.device().isCpu();
  }

  /** Every region lies inside one of the first {@code images} images. */
  static void regions(
      Exec exec, Span nxy, long regions, int width, int height, TensorView t, long images) {
    if (skips(exec, nxy)) {
      return;
    }
    for (long r = 0; r < regions; r++) {
      long at = nxy.address() + 12 * r;
      regionSide("image", UnsafeApi.getInt(at), images - 1, r);
      regionSide("x", UnsafeApi.getInt(at + 4), t.w() - width, r);
      regionSide("y", UnsafeApi.getInt(at + 8), t.h() - height, r);
    }
  }

  private static void regionSide(String what, int value, long largest, long region) {
    if (value < 0 || value > largest) {
      throw new IllegalArgumentException(
          "region_nxy[" + region + "]: " + what + "=" + value + " must be in [0, " + largest + "]");
    }
  }

  /** Labelled points are points, and leave enough for the budget. */
  static void labelled(Exec exec, Span labelled, long count, long points, long budget) {
    if (skips(exec, labelled)) {
      return;
    }
    BitSet seen = new BitSet(Math.toIntExact(points));
    for (long i = 0; i < count; i++) {
      int point = UnsafeApi.getInt(labelled.address() + 4 * i);
      if (point < 0 || point >= points) {
        throw new IllegalArgumentException(
            "labelled[" + i + "]=" + point + " must be in [0, points=" + points + ")");
      }
      seen.set(point);
    }
    long left = points - seen.cardinality();
    if (budget > left) {
      throw new IllegalArgumentException("budget=" + budget + " must be in [0, " + left + "]");
    }
  }

  /** Entries are finite and not negative, and no row is all zero. */
  static void distributions(Exec exec, String name, ClassDistributions rows) {
    if (skips(exec, rows.rows())) {
      return;
    }
    for (long i = 0; i < rows.count(); i++) {
      double sum = 0;
      for (int k = 0; k < rows.classes(); k++) {
        double value = rows.value(i, k);
        if (!Double.isFinite(value) || value < 0) {
          throw new IllegalArgumentException(
              name + "[" + i + ", " + k + "]=" + value + " must be finite and not negative");
        }
        sum += value;
      }
      if (!Double.isFinite(sum) || sum <= 0) {
        throw new IllegalArgumentException(
            name + "[" + i + "]: the sum " + sum + " of a row must be positive and finite");
      }
    }
  }
}
