package dev.assay.data;

import java.util.List;

/**
 * The classes of a data set: names, colours to draw them with, and the value that marks unlabelled
 * pixels on disk. Inside Assay an unlabelled pixel is always {@link #IGNORE}. Immutable.
 */
public final class ClassSet {
  /** Label of a pixel that belongs to no class, whatever the data set uses on disk. */
  public static final int IGNORE = 255;

  /** CamVid's 11 classes as SegNet and later work group them; 11 is void on disk. */
  public static final ClassSet CAMVID =
      new ClassSet(
          "camvid",
          11,
          List.of(
              new Entry("sky", 0x808080),
              new Entry("building", 0x800000),
              new Entry("pole", 0xc0c080),
              new Entry("road", 0x804080),
              new Entry("pavement", 0x3c28de),
              new Entry("tree", 0x808000),
              new Entry("sign", 0xc08080),
              new Entry("fence", 0x404080),
              new Entry("car", 0x400080),
              new Entry("pedestrian", 0x404000),
              new Entry("bicyclist", 0x0080c0)));

  /** Cityscapes' 19 training classes ("train ids"); 255 is void on disk. */
  public static final ClassSet CITYSCAPES =
      new ClassSet(
          "cityscapes",
          255,
          List.of(
              new Entry("road", 0x804080),
              new Entry("sidewalk", 0xf423e8),
              new Entry("building", 0x464646),
              new Entry("wall", 0x66669c),
              new Entry("fence", 0xbe9999),
              new Entry("pole", 0x999999),
              new Entry("traffic light", 0xfaaa1e),
              new Entry("traffic sign", 0xdcdc00),
              new Entry("vegetation", 0x6b8e23),
              new Entry("terrain", 0x98fb98),
              new Entry("sky", 0x4682b4),
              new Entry("person", 0xdc143c),
              new Entry("rider", 0xff0000),
              new Entry("car", 0x00008e),
              new Entry("truck", 0x000046),
              new Entry("bus", 0x003c64),
              new Entry("train", 0x005064),
              new Entry("motorcycle", 0x0000e6),
              new Entry("bicycle", 0x770b20)));

  private record Entry(String name, int rgb) {}

  private final String name;
  private final int ignoreOnDisk;
  private final List<Entry> entries;

  private ClassSet(String name, int ignoreOnDisk, List<Entry> entries) {
    this.name = name;
    this.ignoreOnDisk = ignoreOnDisk;
    this.entries = entries;
  }

  /** The set's name, "camvid" or "cityscapes". */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Number of classes; labels are {@code [0, size())} or {@link #IGNORE}. */
  public int size() {
    return entries.size();
  }

  /** Names in label order. */
  public List<String> classNames() {
    return entries.stream().map(Entry::name).toList();
  }

  /** Name of one class. */
  public String className(int label) {
    return entries.get(label).name();
  }

  /** Colour to draw {@code label} with, 0xRRGGBB; black for {@link #IGNORE}. */
  public int rgb(int label) {
    return label == IGNORE ? 0 : entries.get(label).rgb();
  }

  /** The mask value that means "unlabelled" in this data set's files. */
  public int ignoreOnDisk() {
    return ignoreOnDisk;
  }
}
