package dev.assay.cli.gpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The project's goals on a GPU, and the networks beside PyTorch's, from what the parts measured.
 */
final class Goals {
  private final List<Entry.Row> rows;

  Goals(List<Entry.Row> rows) {
    this.rows = rows;
  }

  /** All goals, measured or not. */
  List<Goal> all() {
    List<Goal> goals = new ArrayList<>();
    goals.add(fusedScorer("fp32", 90));
    goals.add(fusedScorer("fp16", 80));
    goals.add(fusedScorer("bf16", 80));
    goals.add(training());
    goals.add(acquisition());
    goals.add(policyTraining());
    return goals;
  }

  private Goal fusedScorer(String type, double limit) {
    Double share = value(FusedScorer.NAME, type + " " + FusedScorer.PLANES, FusedScorer.SHARE);
    return Goal.atLeast(
        "fused scorer, " + type, limit, FusedScorer.SHARE, share, "region_signals, one read");
  }

  private Goal training() {
    String remark = "images/s over those of PyTorch's better, eager or compiled";
    Optional<Entry.Row> first =
        of(NetworkSpeed.NAME).filter(row -> row.name().contains("training")).findFirst();
    Double ratio = first.map(this::ratio).orElse(null);
    return Goal.atLeast("training beside PyTorch", 1, "x", ratio, remark);
  }

  private Double ratio(Entry.Row row) {
    return torch(row)
        .map(torch -> torch.values().get(NetworkSpeed.RATE))
        .max(Comparator.naturalOrder())
        .map(best -> row.values().get(NetworkSpeed.RATE) / best)
        .orElse(null);
  }

  /** PyTorch's rows for the same network, shape and precision. */
  private Stream<Entry.Row> torch(Entry.Row row) {
    return of(TorchPeer.NAME)
        .filter(torch -> torch.name().startsWith(row.name() + " "))
        .filter(torch -> torch.values().containsKey(NetworkSpeed.RATE));
  }

  private Goal acquisition() {
    Double ms = value(AcquisitionStep.NAME, "Cityscapes", AcquisitionStep.MS);
    return Goal.below(
        "acquisition step beyond the forward passes, Cityscapes",
        50,
        AcquisitionStep.MS,
        ms,
        "kernels of all candidate images, and divergences from what is labelled");
  }

  private Goal policyTraining() {
    Double minutes = value(PolicyTime.NAME, PolicyTime.SUM, PolicyTime.MINUTES);
    return Goal.below(
        "CamVid RALIS policy training",
        15,
        PolicyTime.MINUTES,
        minutes,
        "an estimate: the preset's counts times measured pieces of work");
  }

  /** One row a network: its images/s, PyTorch's, and how many times as fast it is. */
  List<Entry.Row> besidePyTorch() {
    List<Entry.Row> beside = new ArrayList<>();
    of(NetworkSpeed.NAME)
        .filter(row -> torch(row).findAny().isPresent())
        .forEach(
            row -> {
              Map<String, Double> values = new LinkedHashMap<>();
              values.put("Assay images/s", row.values().get(NetworkSpeed.RATE));
              torch(row)
                  .forEach(
                      torch -> {
                        String how = torch.name().substring(row.name().length() + 1);
                        values.put(how + " images/s", torch.values().get(NetworkSpeed.RATE));
                      });
              values.put("x", ratio(row));
              beside.add(new Entry.Row("beside PyTorch", row.name(), values));
            });
    return beside;
  }

  private Stream<Entry.Row> of(String part) {
    return rows.stream().filter(row -> row.part().equals(part));
  }

  /** The value of the first row of a part whose name begins so; null without one. */
  private Double value(String part, String prefix, String unit) {
    return of(part)
        .filter(row -> row.name().startsWith(prefix) && row.values().containsKey(unit))
        .findFirst()
        .map(row -> row.values().get(unit))
        .orElse(null);
  }
}
