package dev.assay.select;

import dev.assay.kernel.ContextDistance;
import dev.assay.kernel.ContextForm;
import dev.assay.kernel.KCenter;
import dev.assay.kernel.MixtureView;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.List;
import java.util.Set;

/**
 * CDAL-CS: k-center greedy by contextual diversity, the divergence of the regions' class-specific
 * mixtures of predictions (Agarwal et al., "Contextual diversity for active learning", ECCV 2020,
 * Eq. 2 and section 4). A class is present in a region whose mixture has a row for it that is not
 * 0.
 */
final class CdalStrategy extends DiversityStrategy {
  static final String MIXTURE = "context_mixture";

  private final String form;

  /** {@code form} is sum or mean, over the classes that two regions share. */
  CdalStrategy(String form) {
    this.form = form;
  }

  @Override
  public String name() {
    return "cdal_cs(form=" + form + ")";
  }

  @Override
  public Set<String> columns() {
    return Set.of(MIXTURE);
  }

  @Override
  List<Pick> pick(Round round, Pool pool, int count, int stream) {
    int classes = round.candidates().classes();
    try (FeatureRows mixtures =
            new FeatureRows(round.candidates(), MIXTURE, classes * classes, pool.rows());
        HostBuffer present = present(mixtures, classes);
        KCenter kernel = new KCenter()) {
      Contextual metric =
          new Contextual(round, pool, mixtures, present, kernel, classes, contextForm());
      return KCenterGreedy.pick(round, pool, metric, count, stream);
    }
  }

  private ContextForm contextForm() {
    return form.equals("sum") ? ContextForm.SUM : ContextForm.MEAN;
  }

  /** Which classes each image has. */
  static HostBuffer present(FeatureRows mixtures, int classes) {
    HostBuffer present = HostBuffer.allocate("present", (long) mixtures.rows() * classes);
    for (int i = 0; i < mixtures.rows(); i++) {
      for (int k = 0; k < classes * classes; k++) {
        if (mixtures.get(i, k) > 0) {
          present.putByte((long) i * classes + k / classes, (byte) 1);
        }
      }
    }
    return present;
  }

  private record Contextual(
      Round round,
      Pool pool,
      FeatureRows mixtures,
      HostBuffer present,
      KCenter kernel,
      int classes,
      ContextForm form)
      implements KCenterGreedy.Metric {
    private MixtureView view(int first, int count) {
      return new MixtureView(
          mixtures.view(first, count).span(),
          Span.of(present, (long) first * classes, (long) count * classes),
          count,
          classes);
    }

    @Override
    public void order(KCenter.Start start, KCenter.Picks picks) {
      kernel.contextual(round.exec(), view(0, mixtures.rows()), form, start, picks);
    }

    @Override
    public double toLabelled(int position) {
      try (ContextDistance distance = new ContextDistance();
          HostBuffer block = HostBuffer.floats("distances to labelled", pool.labelled())) {
        distance.run(
            round.exec(),
            view(position, 1),
            view(pool.size(), pool.labelled()),
            form,
            Span.of(block),
            null);
        float nearest = Float.POSITIVE_INFINITY;
        for (int l = 0; l < pool.labelled(); l++) {
          nearest = Math.min(nearest, block.getFloat(l));
        }
        return nearest;
      }
    }
  }
}
