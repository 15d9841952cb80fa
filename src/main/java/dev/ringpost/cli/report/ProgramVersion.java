package dev.ringpost.cli.report;

import picocli.CommandLine.IVersionProvider;

/** The version as the jar's manifest has it, and what it runs on. */
public final class ProgramVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return new String[] {
      "ringpost " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
    };
  }
}
