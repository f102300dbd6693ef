package dev.assay.cli.doctor;

import java.nio.file.Path;

/** Whether Assay runs from a bundle or from a source tree; a bundle's launcher names its folder. */
public final class Installation {
  private static final String HOME = System.getProperty("assay.home");

  private Installation() {}

  /** Whether this is an unpacked bundle. */
  public static boolean isBundle() {
    return HOME != null;
  }

  /** The unpacked bundle's folder, or null in a source tree. */
  public static Path home() {
    return HOME == null ? null : Path.of(HOME);
  }

  /** What a user types to start Assay. */
  public static String launcher() {
    return isBundle() ? "bin/assay" : "java/assay";
  }

  /** What to do when a file of Assay itself is missing or broken. */
  static String again() {
    return isBundle() ? "unpack the archive again" : "build again: mvn package";
  }
}
