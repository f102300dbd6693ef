package dev.assay.cli.score;

import dev.assay.cli.UsageException;
import dev.assay.experiment.Nearest;
import dev.assay.score.Signal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Signals as the command line names them. */
public final class SignalNames {
  private SignalNames() {}

  /** Every name. */
  public static List<String> all() {
    return Arrays.stream(Signal.values()).map(Signal::key).toList();
  }

  /**
   * The signals of these names.
   *
   * @throws UsageException that suggests the nearest name for an unknown one
   */
  public static Set<Signal> parse(List<String> names) {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (String name : names) {
      Signal known =
          Arrays.stream(Signal.values())
              .filter(signal -> signal.key().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--signals: found "
                              + name
                              + Nearest.hint(name, all())
                              + ", expected some of "
                              + String.join(", ", all())));
      signals.add(known);
    }
    return signals;
  }
}
