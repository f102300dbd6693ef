package dev.assay.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What the values of a data set's masks mean: for each of 256 a class, {@link ClassSet#IGNORE}, or
 * nothing at all. Immutable.
 */
final class LabelTable {
  private static final short INVALID = -1;

  /**
   * Cityscapes' {@code labelIds}, 0 to 33, in terms of its 19 train ids; all others are void
   * (cityscapesScripts, helpers/labels.py). GTAV has the same ids (Richter et al., ECCV 2016).
   */
  private static final Map<Integer, Integer> TRAIN_IDS =
      Map.ofEntries(
          Map.entry(7, 0),
          Map.entry(8, 1),
          Map.entry(11, 2),
          Map.entry(12, 3),
          Map.entry(13, 4),
          Map.entry(17, 5),
          Map.entry(19, 6),
          Map.entry(20, 7),
          Map.entry(21, 8),
          Map.entry(22, 9),
          Map.entry(23, 10),
          Map.entry(24, 11),
          Map.entry(25, 12),
          Map.entry(26, 13),
          Map.entry(27, 14),
          Map.entry(28, 15),
          Map.entry(31, 16),
          Map.entry(32, 17),
          Map.entry(33, 18));

  /**
   * The same ids in terms of CamVid's 11 classes, for pretraining on GTAV: vehicles are cars,
   * riders and what they ride are bicyclists, lights are signs. Walls and terrain have no
   * counterpart.
   */
  private static final Map<Integer, Integer> CAMVID_IDS =
      Map.ofEntries(
          Map.entry(23, 0),
          Map.entry(11, 1),
          Map.entry(17, 2),
          Map.entry(7, 3),
          Map.entry(8, 4),
          Map.entry(21, 5),
          Map.entry(19, 6),
          Map.entry(20, 6),
          Map.entry(13, 7),
          Map.entry(26, 8),
          Map.entry(27, 8),
          Map.entry(28, 8),
          Map.entry(24, 9),
          Map.entry(25, 10),
          Map.entry(32, 10),
          Map.entry(33, 10));

  /** The largest id: 33, and 34 in GTAV, whose licence plates are Cityscapes' -1. */
  private static final int LAST_ID = 34;

  private final String key;
  private final String expected;
  private final short[] meaning;

  private LabelTable(String key, String expected, short[] meaning) {
    this.key = key;
    this.expected = expected;
    this.meaning = meaning;
  }

  /** Masks that hold class indices and the class set's own void value. */
  static LabelTable indices(ClassSet classes) {
    short[] meaning = new short[256];
    Arrays.fill(meaning, INVALID);
    for (short c = 0; c < classes.size(); c++) {
      meaning[c] = c;
    }
    meaning[classes.ignoreOnDisk()] = ClassSet.IGNORE;
    String expected =
        "[0, %d) or %d (void) of the %s classes"
            .formatted(classes.size(), classes.ignoreOnDisk(), classes.name());
    return new LabelTable(classes.name(), expected, meaning);
  }

  /**
   * Masks that hold Cityscapes' {@code labelIds}, read as {@code classes}.
   *
   * @throws IllegalArgumentException if the ids have no translation into {@code classes}
   */
  static LabelTable labelIds(ClassSet classes) {
    Map<Integer, Integer> ids;
    if (classes == ClassSet.CITYSCAPES) {
      ids = TRAIN_IDS;
    } else if (classes == ClassSet.CAMVID) {
      ids = CAMVID_IDS;
    } else {
      throw new IllegalArgumentException("classes=" + classes + " must be camvid or cityscapes");
    }
    short[] meaning = new short[256];
    Arrays.fill(meaning, INVALID);
    Arrays.fill(meaning, 0, LAST_ID + 1, (short) ClassSet.IGNORE);
    meaning[255] = ClassSet.IGNORE; // -1, the licence plate, in eight bits
    ids.forEach((id, c) -> meaning[id] = c.shortValue());
    return new LabelTable("labelIds as " + classes.name(), "a labelId in [0, 34] or 255", meaning);
  }

  /** Tells tables apart. */
  String key() {
    return key;
  }

  /** Replaces every mask value by its meaning. */
  void apply(byte[] labels, int width, Path file) throws BadDataException {
    for (int p = 0; p < labels.length; p++) {
      int value = labels[p] & 0xff;
      if (meaning[value] == INVALID) {
        throw new BadDataException(
            file, "label %d at x=%d, y=%d".formatted(value, p % width, p / width), expected);
      }
      labels[p] = (byte) meaning[value];
    }
  }
}
