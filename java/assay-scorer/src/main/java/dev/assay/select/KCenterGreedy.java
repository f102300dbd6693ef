package dev.assay.select;

import dev.assay.kernel.KCenter;
import dev.assay.memory.HostBuffer;
import dev.assay.memory.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.UnsafeApi;

/**
 * k-center greedy over a pool: each pick is the candidate farthest from all labelled regions and
 * picks before. With nothing labelled the first pick is drawn by the seed and has score 0. The
 * score is the distance when picked; part {@code radius} is the covering radius that is left then.
 */
final class KCenterGreedy {
  /** Distances between the positions of a pool. */
  interface Metric {
    /** Runs the kernel. */
    void order(KCenter.Start start, KCenter.Picks picks);

    /** How far a position is from the nearest labelled one. */
    double toLabelled(int position);
  }

  private KCenterGreedy() {}

  static List<Pick> pick(Round round, Pool pool, Metric metric, int count, int stream) {
    try (HostBuffer labelled = HostBuffer.allocate("labelled", 4L * pool.labelled());
        HostBuffer order = HostBuffer.allocate("order", 4L * count);
        HostBuffer radius = HostBuffer.floats("radius", count)) {
      for (int l = 0; l < pool.labelled(); l++) {
        UnsafeApi.putInt(labelled.address() + 4L * l, pool.size() + l);
      }
      boolean drawn = pool.labelled() == 0;
      KCenter.Start start =
          drawn
              ? KCenter.Start.seed(SquaredDistanceDraw.any(round, pool, stream))
              : KCenter.Start.from(Span.of(labelled), pool.labelled());
      metric.order(start, new KCenter.Picks(count, Span.of(order), Span.of(radius)));
      List<Pick> picks = new ArrayList<>(count);
      for (int b = 0; b < count; b++) {
        int position = UnsafeApi.getInt(order.address() + 4L * b);
        double distance = b > 0 ? radius.getFloat(b - 1L) : drawn ? 0 : metric.toLabelled(position);
        picks.add(
            new Pick(
                pool.rows()[position],
                distance,
                Map.of("distance", distance, "radius", (double) radius.getFloat(b))));
      }
      return picks;
    }
  }
}
