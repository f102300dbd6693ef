package dev.assay.data;

import dev.assay.data.scene.Kind;
import dev.assay.data.scene.StreetRenderer;
import dev.assay.data.scene.StreetStyle;

/**
 * Procedural street scenes with exact labels: the embedded data set. An image is a function of the
 * configuration, the split and the index alone, to the bit, on every machine. Immutable and
 * thread-safe.
 *
 * <p>Consecutive indices drive through one street ({@link SceneConfig#framesPerStreet}); other
 * splits and streets share nothing. Pixels are labelled {@link ClassSet#IGNORE} along some outlines
 * and on things that no class fits, as annotators leave them.
 */
public final class SceneGenerator {
  /** Changes whenever an image of any configuration does. */
  static final int VERSION = 1;

  private final SceneConfig config;
  private final StreetRenderer renderer;
  private final byte[] labelOfKind;

  /** A generator for one configuration. */
  public SceneGenerator(SceneConfig config) {
    this.config = config;
    boolean camvid = config.classes() == ClassSet.CAMVID;
    StreetStyle style = camvid ? StreetStyle.CAMVID : StreetStyle.CITYSCAPES;
    this.renderer = new StreetRenderer(style, config.width(), config.height());
    this.labelOfKind = camvid ? camvidLabels() : cityscapesLabels();
  }

  /** Renders one image. */
  public DecodedImage generate(SceneSource.Split split, int index) {
    byte[] rgb = new byte[3 * config.width() * config.height()];
    byte[] labels = new byte[config.width() * config.height()];
    int street = index / config.framesPerStreet();
    int frame = index % config.framesPerStreet();
    long splitSeed = CounterRandom.bits(config.seed(), stream(split), 0);
    long streetSeed = CounterRandom.bits(splitSeed, street, 0);
    long frameSeed = CounterRandom.bits(splitSeed, street, frame + 1);
    double drive = config.stepMetres() * (config.framesPerStreet() - 1);
    renderer.render(streetSeed, drive, config.stepMetres() * frame, frameSeed, rgb, labels);
    for (int p = 0; p < labels.length; p++) {
      labels[p] = labelOfKind[labels[p] & 0xff];
    }
    return new DecodedImage(config.width(), config.height(), rgb, labels);
  }

  private static int stream(SceneSource.Split split) {
    return switch (split) {
      case TRAIN -> 1;
      case VAL -> 2;
      case TEST -> 3;
    };
  }

  private static byte[] cityscapesLabels() {
    byte[] labels = new byte[256];
    for (int kind = 0; kind < labels.length; kind++) {
      labels[kind] = (byte) kind;
    }
    return labels;
  }

  /** The grouping of CamVid's 32 classes into 11: lights are signs, walls are buildings, ... */
  private static byte[] camvidLabels() {
    byte[] labels = new byte[256];
    labels[Kind.SKY] = 0;
    labels[Kind.BUILDING] = 1;
    labels[Kind.WALL] = 1;
    labels[Kind.POLE] = 2;
    labels[Kind.ROAD] = 3;
    labels[Kind.PAVEMENT] = 4;
    labels[Kind.VEGETATION] = 5;
    labels[Kind.TERRAIN] = 5;
    labels[Kind.SIGN] = 6;
    labels[Kind.LIGHT] = 6;
    labels[Kind.FENCE] = 7;
    labels[Kind.CAR] = 8;
    labels[Kind.TRUCK] = 8;
    labels[Kind.BUS] = 8;
    labels[Kind.TRAIN] = 8;
    labels[Kind.PERSON] = 9;
    labels[Kind.RIDER] = 10;
    labels[Kind.MOTORCYCLE] = 10;
    labels[Kind.BICYCLE] = 10;
    labels[Kind.VOID] = (byte) ClassSet.IGNORE;
    return labels;
  }
}
