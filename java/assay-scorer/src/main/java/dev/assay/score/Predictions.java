package dev.assay.score;

import dev.assay.kernel.ScoreKind;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a network said about each image: one prediction, several stochastic passes, or two of which
 * one saw the image mirrored. More than one add signals of their own, one number per region, to
 * those of the prediction that {@link ScoringPlan} asks about. Used by one scorer at a time; the
 * sources stay the caller's.
 */
public abstract class Predictions implements AutoCloseable {
  private final List<String> extras;
  private final ScoreSource given;
  private final List<UploadAhead> uploads = new ArrayList<>();
  private ScoreSource source;
  private final Map<String, HostBuffer> buffers = new LinkedHashMap<>();

  Predictions(ScoreSource source, List<String> extras) {
    this.given = source;
    this.source = source;
    this.extras = List.copyOf(extras);
  }

  /** One prediction of every image. */
  public static Predictions single(ScoreSource source) {
    return new SinglePrediction(source);
  }

  /**
   * Every {@code passes} consecutive images are predictions of one image by a network with dropout.
   * The prediction asked about is then their mean.
   */
  public static Predictions passes(ScoreSource source, int passes) {
    return new StochasticPasses(source, passes);
  }

  /**
   * Two predictions of every image, the second made of the image mirrored left to right, as the
   * network gave it. The prediction asked about is the first.
   */
  public static Predictions mirrored(ScoreSource source, ScoreSource flipped) {
    return new MirroredPair(source, flipped);
  }

  /** Names of the signals that only more than one prediction can give, each fp32. */
  public final List<String> extras() {
    return extras;
  }

  /** Number of images, however many predictions each has. */
  public abstract long images();

  /** Number of classes. */
  public final int classes() {
    return source.classes();
  }

  /** Before the first image: on a GPU the scores are uploaded ahead of the calls that read them. */
  void begin(Session session) {
    source = ahead(given, session);
  }

  /** {@code from}, or its scores on the session's GPU; until {@link #end()}. */
  final ScoreSource ahead(ScoreSource from, Session session) {
    if (session.exec().device().isCpu()) {
      return from;
    }
    UploadAhead upload = new UploadAhead(from, session.exec().stream());
    uploads.add(upload);
    return upload;
  }

  /** After the last image, or a failure; the sources are used no longer. */
  void end() {
    for (UploadAhead upload : uploads) {
      upload.close();
    }
    uploads.clear();
    source = given;
  }

  /** What the current image is called in messages. */
  String name() {
    return source.name();
  }

  /** What the scores that {@link #next} returns are, when the sources hold {@code kind}. */
  ScoreKind kind(ScoreKind kind) {
    return kind;
  }

  /**
   * Moves on to the next image and computes its extra signals.
   *
   * @param regionsOf finds the regions that tile an image of the scores' size
   * @return the prediction asked about [1, c, h, w], or null behind the last image
   */
  abstract TensorView next(Session session, ScoreKind kind, RegionsOf regionsOf) throws IOException;

  /** All regions of an image. */
  @FunctionalInterface
  interface RegionsOf {
    RegionList of(TensorView scores);
  }

  final ScoreSource source() {
    return source;
  }

  /** Room for one number per region. */
  final Span room(String extra, int regions) {
    long bytes = (long) Float.BYTES * regions;
    HostBuffer buffer = buffers.get(extra);
    if (buffer == null || buffer.bytes() < bytes) {
      if (buffer != null) {
        buffer.close();
      }
      buffer = HostBuffer.allocate(extra, bytes);
      buffers.put(extra, buffer);
    }
    return Span.of(buffer, 0, bytes);
  }

  /** An extra signal of {@code count} of the current image's regions. */
  final Span extra(String name, long first, int count) {
    HostBuffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalStateException("signal " + name + " must be one of " + extras);
    }
    return Span.of(buffer, Float.BYTES * first, (long) Float.BYTES * count);
  }

  @Override
  public void close() {
    buffers.values().forEach(HostBuffer::close);
    buffers.clear();
  }
}
