package dev.assay.cli.score;

import dev.assay.cli.UsageException;
import dev.assay.experiment.Nearest;
import dev.assay.score.Signal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signals as the command line names them.
 *
 * @param signals of one prediction
 * @param extras of several predictions compared
 */
public record SignalNames(Set<Signal> signals, List<String> extras) {
  /** Everything there is. */
  public static SignalNames all(List<String> extras) {
    return new SignalNames(EnumSet.allOf(Signal.class), extras);
  }

  /**
   * The signals of these names.
   *
   * @param extras which extra signals the predictions have
   * @throws UsageException that suggests the nearest name for an unknown one
   */
  public static SignalNames parse(List<String> names, List<String> extras) {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    for (String name : names) {
      Optional<Signal> signal =
          Arrays.stream(Signal.values()).filter(s -> s.key().equals(name)).findFirst();
      signal.ifPresent(signals::add);
      if (signal.isEmpty() && !extras.contains(name)) {
        throw unknown(name, extras);
      }
    }
    return new SignalNames(signals, extras.stream().filter(names::contains).toList());
  }

  private static UsageException unknown(String name, List<String> extras) {
    List<String> known = new ArrayList<>();
    Arrays.stream(Signal.values()).map(Signal::key).forEach(known::add);
    known.addAll(extras);
    return new UsageException(
        "--signals: found "
            + name
            + Nearest.hint(name, known)
            + ", expected some of "
            + String.join(", ", known));
  }
}
