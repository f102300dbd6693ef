package dev.assay.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of the jar, or that this is a development build. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"assay " + text()};
  }

  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development build" : version;
  }
}
