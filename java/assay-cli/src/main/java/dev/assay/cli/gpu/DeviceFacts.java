package dev.assay.cli.gpu;

import dev.assay.cli.doctor.Check;
import dev.assay.cli.doctor.Gpu;
import dev.assay.cli.doctor.Machine;
import java.util.ArrayList;
import java.util.List;

/** What the numbers were measured on: what {@code assay doctor} says of the machine and its GPU. */
final class DeviceFacts {
  static final String NAME = "device";

  private DeviceFacts() {}

  static void run(PartLog log) {
    List<Check> checks = new ArrayList<>(Machine.checks());
    checks.addAll(Gpu.checks());
    for (Check check : checks) {
      boolean ok = check.status() == Check.Status.OK;
      log.fact(check.name(), ok ? check.found() : check.status() + ": " + check.found());
    }
  }
}
