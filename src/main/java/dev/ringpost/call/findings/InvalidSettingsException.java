package dev.ringpost.call.findings;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A room's refusal of its settings. What is wrong is in it as findings, each with the key of the
 * configuration as its subject; the message is for a log.
 */
public final class InvalidSettingsException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final transient List<Finding> findings;

  /**
   * @param findings at least one, none with a secret in it
   */
  public InvalidSettingsException(List<Finding> findings) {
    super(
        findings.stream()
            .map(finding -> finding.subject() + " " + finding.found())
            .collect(Collectors.joining("\n")));
    this.findings = List.copyOf(findings);
  }

  /** Refuses one key unless its value is good. */
  public static void require(boolean good, String key, String wrong) {
    if (!good) {
      throw new InvalidSettingsException(List.of(wrong(key, wrong)));
    }
  }

  /** What is wrong with one key, in words that say what would be right. */
  public static Finding wrong(String key, String wrong) {
    return Finding.failed(key, wrong, "correct it");
  }

  /** At least one. */
  public List<Finding> findings() {
    return findings;
  }
}
