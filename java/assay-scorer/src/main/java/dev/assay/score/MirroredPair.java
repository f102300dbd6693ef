package dev.assay.score;

import dev.assay.kernel.FlipOutputs;
import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.util.List;

/** Two predictions of an image, the second of its mirror image: how far they differ. */
final class MirroredPair extends Predictions {
  static final String SYMMETRIC_KL = "symmetric_kl_mean";
  static final String JENSEN_SHANNON = "jensen_shannon_mean";
  static final String ENTROPY_OF_MEAN = "entropy_of_mean_mean";
  static final String ENTROPY_FLIPPED = "entropy_flipped_mean";
  static final String ARGMAX_DISAGREEMENT = "argmax_disagreement_mean";

  private final ScoreSource given;
  private ScoreSource flipped;
  private long image;

  MirroredPair(ScoreSource source, ScoreSource flipped) {
    super(
        source,
        List.of(
            SYMMETRIC_KL, JENSEN_SHANNON, ENTROPY_OF_MEAN, ENTROPY_FLIPPED, ARGMAX_DISAGREEMENT));
    this.given = flipped;
    this.flipped = flipped;
    if (source.images() != flipped.images() || source.classes() != flipped.classes()) {
      throw new IllegalArgumentException(
          "mirrored predictions: found "
              + flipped.images()
              + " images of "
              + flipped.classes()
              + " classes, expected "
              + source.images()
              + " of "
              + source.classes());
    }
  }

  @Override
  public long images() {
    return source().images();
  }

  @Override
  void begin(Session session) {
    super.begin(session);
    flipped = ahead(given, session);
  }

  @Override
  void end() {
    super.end();
    flipped = given;
  }

  @Override
  TensorView next(Session session, ScoreKind kind, RegionsOf regionsOf) throws IOException {
    TensorView scores = source().next();
    TensorView mirror = flipped.next();
    if (scores == null) {
      return null;
    }
    RegionList regions = regionsOf.of(scores);
    try {
      session.flipConsistency(scores, mirror, kind, regions, outputs(regions.size()));
    } catch (NanScoresException e) {
      throw e.of(source().name() + " or " + flipped.name(), image);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flipped.name() + ": " + e.getMessage(), e);
    }
    image++;
    return scores;
  }

  private FlipOutputs outputs(int regions) {
    return new FlipOutputs()
        .symmetricKlMean(room(SYMMETRIC_KL, regions))
        .jensenShannonMean(room(JENSEN_SHANNON, regions))
        .entropyOfMeanMean(room(ENTROPY_OF_MEAN, regions))
        .entropyFlippedMean(room(ENTROPY_FLIPPED, regions))
        .argmaxDisagreementMean(room(ARGMAX_DISAGREEMENT, regions));
  }
}
