package dev.assay.cli;

import dev.assay.cli.doctor.Check;
import dev.assay.cli.doctor.Gpu;
import dev.assay.cli.doctor.Libraries;
import dev.assay.cli.doctor.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code assay doctor}: what is here, and one fix for what is not. */
@Command(
    name = "doctor",
    description = "Says what is here: Java, CPU, memory, libraries, GPUs; exits with 1 on a FAIL.")
final class DoctorCommand extends BaseCommand {
  @Option(names = "--json", description = "One line of JSON.")
  private boolean json;

  DoctorCommand(Talk talk) {
    super(talk);
  }

  @Override
  public Integer call() {
    List<Check> checks = new ArrayList<>(Machine.checks());
    checks.addAll(Libraries.checks());
    checks.addAll(Gpu.checks());
    if (json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("assay", Version.text());
      line.put("checks", checks);
      talk.data(Json.line(line));
    } else {
      talk.data("assay " + Version.text());
      for (Check check : checks) {
        talk.data(String.format("%-4s  %-15s %s", check.status(), check.name(), check.found()));
        if (!check.fix().isEmpty()) {
          talk.data(" ".repeat(22) + "fix: " + check.fix());
        }
      }
    }
    boolean failed = checks.stream().anyMatch(c -> c.status() == Check.Status.FAIL);
    return failed ? ExitCode.OTHER : ExitCode.OK;
  }
}
