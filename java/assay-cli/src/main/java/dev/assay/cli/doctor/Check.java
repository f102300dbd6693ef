package dev.assay.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param status whether Assay works with it
 * @param found what is there, or where it was looked for
 * @param fix one thing to do; empty when nothing needs doing
 */
public record Check(String name, Status status, String found, String fix) {
  /** How well. */
  public enum Status {
    OK,
    WARN,
    FAIL
  }

  static Check ok(String name, String found) {
    return new Check(name, Status.OK, found, "");
  }

  static Check warn(String name, String found, String fix) {
    return new Check(name, Status.WARN, found, fix);
  }

  /** A failure where it is wanted, else a hint. */
  static Check missing(boolean wanted, String name, String found, String fix) {
    return wanted ? fail(name, found, fix) : warn(name, found, fix);
  }

  static Check fail(String name, String found, String fix) {
    return new Check(name, Status.FAIL, found, fix);
  }
}
