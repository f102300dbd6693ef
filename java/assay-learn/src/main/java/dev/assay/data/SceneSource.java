package dev.assay.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/** Generated scenes as a source of images. Immutable and thread-safe. */
public final class SceneSource implements ImageSource {
  /** Splits show different streets. */
  public enum Split {
    TRAIN,
    VAL,
    TEST;

    /** Lower-case name, as folders are called. */
    public String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final SceneConfig config;
  private final Split split;
  private final int size;
  private final SceneGenerator generator;

  /** {@code size} scenes of one split. */
  public SceneSource(SceneConfig config, Split split, int size) {
    this.config = config;
    this.split = split;
    this.size = size;
    this.generator = new SceneGenerator(config);
  }

  Split split() {
    return split;
  }

  @Override
  public String description() {
    return "synthetic " + split.folder();
  }

  @Override
  public int size() {
    return size;
  }

  /** Street and frame, for example "train-0003-05". */
  @Override
  public String id(int i) {
    int frames = config.framesPerStreet();
    return "%s-%04d-%03d.png".formatted(split.folder(), i / frames, i % frames);
  }

  /** SHA-256 over the generator's version and everything it depends on. */
  @Override
  public byte[] fingerprint() {
    try {
      String key = SceneGenerator.VERSION + "/" + config;
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return digest.digest((key + "/" + split + "/" + size).getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  @Override
  public DecodedImage decode(int i) {
    return generator.generate(split, i);
  }
}
