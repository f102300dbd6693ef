package dev.assay.score;

import dev.assay.kernel.ScoreKind;
import dev.assay.memory.TensorView;
import java.io.IOException;
import java.util.List;

/** The common case: nothing to compare. */
final class SinglePrediction extends Predictions {
  SinglePrediction(ScoreSource source) {
    super(source, List.of());
  }

  @Override
  public long images() {
    return source().images();
  }

  @Override
  TensorView next(Session session, ScoreKind kind, RegionsOf regionsOf) throws IOException {
    return source().next();
  }
}
