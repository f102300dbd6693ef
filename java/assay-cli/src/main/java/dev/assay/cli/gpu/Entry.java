package dev.assay.cli.gpu;

import java.util.Map;

/** One thing that a part says of the machine, checked, or measured. */
sealed interface Entry {
  /** The part that made it. */
  String part();

  /** What was said, checked or measured. */
  String name();

  /** How a check ended. */
  enum Verdict {
    PASSED,
    FAILED,
    SKIPPED
  }

  /** Something about the machine, or about how a part computed. */
  record Fact(String part, String name, String value) implements Entry {}

  /**
   * One check.
   *
   * @param detail numbers when it passed, the reason otherwise
   */
  record Finding(String part, String name, Verdict verdict, String detail) implements Entry {}

  /**
   * One measurement.
   *
   * @param values by unit, in the order of the table's columns
   */
  record Row(String part, String name, Map<String, Double> values) implements Entry {}
}
