package dev.assay.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * One split of a data set in CamVid's layout: PNG images in {@code root/SPLIT}, masks of the same
 * file names in {@code root/SPLITannot}, each mask pixel the class index, {@link
 * ClassSet#ignoreOnDisk()} where void. Immutable and thread-safe.
 */
public final class CamVidSource implements ImageSource {
  private final Path root;
  private final String split;
  private final ClassSet classes;
  private final List<String> names;

  private CamVidSource(Path root, String split, ClassSet classes, List<String> names) {
    this.root = root;
    this.split = split;
    this.classes = classes;
    this.names = names;
  }

  /**
   * Lists the split's images, in the order of their names.
   *
   * @throws BadDataException if a folder is missing or empty, or an image has no mask
   */
  public static CamVidSource open(Path root, String split, ClassSet classes) throws IOException {
    requireDirectory(root, "a data set folder with train, trainannot, val, valannot, ...");
    Path images = root.resolve(split);
    Path masks = root.resolve(split + "annot");
    requireDirectory(images, "a folder of PNG images");
    requireDirectory(masks, "a folder of PNG masks for " + images);
    List<String> names;
    try (Stream<Path> files = Files.list(images)) {
      names =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.endsWith(".png"))
              .sorted()
              .toList();
    }
    if (names.isEmpty()) {
      throw new BadDataException(images, "no .png file", "at least one image");
    }
    for (String name : names) {
      if (!Files.isRegularFile(masks.resolve(name))) {
        throw new BadDataException(
            images.resolve(name), "no mask", "its mask " + masks.resolve(name));
      }
    }
    return new CamVidSource(root, split, classes, names);
  }

  private static void requireDirectory(Path path, String expected) throws BadDataException {
    if (!Files.isDirectory(path)) {
      throw new BadDataException(path, Files.exists(path) ? "a file" : "nothing", expected);
    }
  }

  /**
   * The images of these names, in the given order.
   *
   * @throws BadDataException naming the names that this split does not have
   */
  public CamVidSource subset(Collection<String> wanted) throws BadDataException {
    List<String> unknown = new ArrayList<>(wanted);
    unknown.removeAll(names);
    if (!unknown.isEmpty()) {
      throw SplitFile.unknownNames(root.resolve(split), unknown);
    }
    return new CamVidSource(root, split, classes, List.copyOf(wanted));
  }

  @Override
  public String description() {
    return root.getFileName() + " " + split;
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public String id(int i) {
    return names.get(i);
  }

  /** SHA-256 over class set, names, sizes and modification times of images and masks. */
  @Override
  public byte[] fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(classes.name().getBytes(StandardCharsets.UTF_8));
      for (String name : names) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        update(digest, image(name));
        update(digest, mask(name));
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    BasicFileAttributes a = Files.readAttributes(file, BasicFileAttributes.class);
    ByteBuffer b = ByteBuffer.allocate(2 * Long.BYTES);
    digest.update(b.putLong(a.size()).putLong(a.lastModifiedTime().toMillis()).array());
  }

  /**
   * Decodes one image with its mask.
   *
   * @throws BadDataException if a PNG is damaged, the two differ in size, the mask does not hold
   *     class indices, or an index is out of range
   */
  @Override
  public DecodedImage decode(int i) throws IOException {
    Path maskFile = mask(names.get(i));
    PngFile image = PngFile.read(image(names.get(i)));
    PngFile mask = PngFile.read(maskFile);
    if (image.width() != mask.width() || image.height() != mask.height()) {
      throw new BadDataException(
          maskFile,
          "a mask of " + mask.width() + "x" + mask.height(),
          image.width() + "x" + image.height() + " like " + image(names.get(i)));
    }
    byte[] labels = mask.indices();
    toInternal(labels, mask.width(), maskFile);
    return new DecodedImage(image.width(), image.height(), image.rgb(), labels);
  }

  private void toInternal(byte[] labels, int width, Path file) throws BadDataException {
    for (int p = 0; p < labels.length; p++) {
      int label = labels[p] & 0xff;
      if (label == classes.ignoreOnDisk()) {
        labels[p] = (byte) ClassSet.IGNORE;
      } else if (label >= classes.size()) {
        throw new BadDataException(
            file,
            "label %d at x=%d, y=%d".formatted(label, p % width, p / width),
            "[0, %d) or %d (void) of the %s classes"
                .formatted(classes.size(), classes.ignoreOnDisk(), classes.name()));
      }
    }
  }

  private Path image(String name) {
    return root.resolve(split).resolve(name);
  }

  private Path mask(String name) {
    return root.resolve(split + "annot").resolve(name);
  }
}
