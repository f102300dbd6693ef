package dev.assay.score;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.agrona.UnsafeApi;

/** Appends a line of CSV per region: image, region, x, y and every signal that is one number. */
public final class CsvSink implements RegionSink {
  private final Appendable out;
  private final List<Signal> signals;
  private final List<String> extras;

  /**
   * A sink that begins with the header line; {@code out} stays the caller's.
   *
   * @param signals of which those with one number per region are written
   * @param extras which extra signals are written
   */
  public CsvSink(Appendable out, Set<Signal> signals, List<String> extras) throws IOException {
    this.out = out;
    this.signals = signals.stream().filter(signal -> signal.perRegion(2) == 1).toList();
    this.extras = List.copyOf(extras);
    out.append("image,region,x,y");
    for (Signal signal : this.signals) {
      out.append(',').append(signal.key());
    }
    for (String extra : extras) {
      out.append(',').append(extra);
    }
    out.append('\n');
  }

  @Override
  public void regions(ScoredRegions scored) throws IOException {
    for (int i = 0; i < scored.size(); i++) {
      out.append(Long.toString(scored.image()))
          .append(',')
          .append(Long.toString(scored.first() + i))
          .append(',')
          .append(Integer.toString(scored.x(i)))
          .append(',')
          .append(Integer.toString(scored.y(i)));
      for (Signal signal : signals) {
        out.append(',').append(Float.toString(scored.value(signal, i)));
      }
      for (String extra : extras) {
        float value = UnsafeApi.getFloat(scored.extra(extra).address() + 4L * i);
        out.append(',').append(Float.toString(value));
      }
      out.append('\n');
    }
  }
}
