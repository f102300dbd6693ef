package dev.assay.select;

import java.util.List;
import java.util.Set;

/** Uniform without replacement: every region draws a key, the largest keys win. */
final class RandomStrategy extends ScoredStrategy {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public Set<String> columns() {
    return Set.of();
  }

  @Override
  Scores scores(Round round, int[] subset) {
    Candidates candidates = round.candidates();
    RandomKeys keys = round.keys();
    return new Scores() {
      @Override
      public double score(int i) {
        return keys.uniform(RandomKeys.Purpose.SCORE, candidates.image(i), candidates.place(i));
      }

      @Override
      public List<String> parts() {
        return List.of();
      }

      @Override
      public double part(int part, int i) {
        throw new IndexOutOfBoundsException("part=" + part + ": a random key has no parts");
      }
    };
  }
}
