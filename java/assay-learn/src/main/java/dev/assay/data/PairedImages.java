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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * PNG images, each with a mask of the same size in a file of its own. The layouts ({@link
 * CamVidLayout}, {@link CityscapesLayout}, {@link GtavLayout}) know which file belongs to which.
 * Immutable and thread-safe.
 */
public final class PairedImages implements ImageSource {
  private final String description;
  private final Path folder;
  private final LabelTable labels;
  private final List<Pair> pairs;

  /** One image: its name, its file, and its mask's file. */
  record Pair(String id, Path image, Path mask) {}

  /**
   * @param folder where the images are, for messages
   * @param labels what the masks' values mean
   */
  PairedImages(String description, Path folder, LabelTable labels, List<Pair> pairs) {
    this.description = description;
    this.folder = folder;
    this.labels = labels;
    this.pairs = pairs;
  }

  static void requireDirectory(Path path, String expected) throws BadDataException {
    if (!Files.isDirectory(path)) {
      throw new BadDataException(path, Files.exists(path) ? "a file" : "nothing", expected);
    }
  }

  static void requireMask(Pair pair) throws BadDataException {
    if (!Files.isRegularFile(pair.mask())) {
      throw new BadDataException(pair.image(), "no mask", "its mask " + pair.mask());
    }
  }

  /**
   * The images of these names, in the given order.
   *
   * @throws BadDataException naming the names that this source does not have
   */
  public PairedImages subset(Collection<String> wanted) throws BadDataException {
    Map<String, Pair> byId =
        pairs.stream().collect(Collectors.toMap(Pair::id, Function.identity()));
    List<String> unknown = new ArrayList<>(wanted);
    unknown.removeIf(byId::containsKey);
    if (!unknown.isEmpty()) {
      throw SplitFile.unknownNames(folder, unknown);
    }
    return new PairedImages(description, folder, labels, wanted.stream().map(byId::get).toList());
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public int size() {
    return pairs.size();
  }

  @Override
  public String id(int i) {
    return pairs.get(i).id();
  }

  /** SHA-256 over label table, names, sizes and modification times of images and masks. */
  @Override
  public byte[] fingerprint() throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(labels.key().getBytes(StandardCharsets.UTF_8));
      for (Pair pair : pairs) {
        digest.update(pair.id().getBytes(StandardCharsets.UTF_8));
        update(digest, pair.image());
        update(digest, pair.mask());
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
   *     label values, or a value means nothing
   */
  @Override
  public DecodedImage decode(int i) throws IOException {
    Pair pair = pairs.get(i);
    PngFile image = PngFile.read(pair.image());
    PngFile mask = PngFile.read(pair.mask());
    if (image.width() != mask.width() || image.height() != mask.height()) {
      throw new BadDataException(
          pair.mask(),
          "a mask of " + mask.width() + "x" + mask.height(),
          image.width() + "x" + image.height() + " like " + pair.image());
    }
    byte[] values = mask.indices();
    labels.apply(values, mask.width(), pair.mask());
    return new DecodedImage(image.width(), image.height(), image.rgb(), values);
  }
}
