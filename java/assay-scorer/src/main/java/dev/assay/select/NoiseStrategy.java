package dev.assay.select;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Stochastic batch acquisition: Gumbel noise of scale 1 / beta on a transformed score, which
 * samples without replacement from the distribution that the form names (Kirsch et al., "Stochastic
 * batch acquisition: a simple baseline for deep active learning", TMLR 2023, section 3). A region's
 * noise depends on the round's seed and the region alone.
 */
final class NoiseStrategy extends ScoredStrategy {
  /** What is done to the score before the noise. */
  enum Form {
    /** ln s: a region is drawn with probability proportional to s^beta; scores must be >= 0. */
    POWER("power"),
    /** s itself: proportional to exp(beta s), the Gibbs or softmax distribution. */
    SOFTMAX("softmax"),
    /** -ln of the rank, the best region has rank 1: proportional to rank^-beta. */
    SOFTRANK("softrank");

    private final String key;

    Form(String key) {
      this.key = key;
    }

    String key() {
      return key;
    }
  }

  /** Names of the parts that explanations look for. */
  static final String BASE = "base_score";

  static final String NOISE = "noise";

  private final Form form;
  private final double beta;
  private final ScoredStrategy inner;

  NoiseStrategy(Form form, double beta, ScoredStrategy inner) {
    this.form = form;
    this.beta = beta;
    this.inner = inner;
  }

  @Override
  public String name() {
    return form.key() + "(beta=" + Specification.number(beta) + "):" + inner.name();
  }

  @Override
  public Set<String> columns() {
    return inner.columns();
  }

  @Override
  Scores scores(Round round, int[] subset) {
    Scores base = inner.scores(round, subset);
    Ranks ranks = form == Form.SOFTRANK ? new Ranks(round.candidates(), base, subset) : null;
    List<String> parts = new ArrayList<>(base.parts());
    parts.add(BASE);
    parts.add(NOISE);
    return new Scores() {
      @Override
      public double score(int i) {
        return transformed(round.candidates(), base, ranks, i) + noise(round, i);
      }

      @Override
      public List<String> parts() {
        return parts;
      }

      @Override
      public double part(int part, int i) {
        int own = part - base.parts().size();
        return own < 0 ? base.part(part, i) : own == 0 ? base.score(i) : noise(round, i);
      }
    };
  }

  private double transformed(Candidates candidates, Scores base, Ranks ranks, int i) {
    double score = base.score(i);
    return switch (form) {
      case POWER -> {
        if (score < 0) {
          throw new IllegalArgumentException(
              "%s of %s has score %s; power needs scores >= 0, use softmax or softrank"
                  .formatted(inner.name(), candidates.describe(i), score));
        }
        yield Math.log(score);
      }
      case SOFTMAX -> score;
      case SOFTRANK -> Double.isNaN(score) ? score : -Math.log(ranks.of(i));
    };
  }

  /** A draw from the Gumbel distribution of scale 1 / beta. */
  private double noise(Round round, int i) {
    Candidates candidates = round.candidates();
    double u =
        round.keys().uniform(RandomKeys.Purpose.NOISE, candidates.image(i), candidates.place(i));
    // Half a step up, so that neither logarithm meets 0.
    return -Math.log(-Math.log(u + 0x1.0p-54)) / beta;
  }
}
