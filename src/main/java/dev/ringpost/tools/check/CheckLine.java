package dev.ringpost.tools.check;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.Severity;

/**
 * A line of a report: what was looked at, and what was found about it.
 *
 * @param check {@code configuration}, {@code kafka}, {@code topic}, {@code group}, {@code
 *     fail-over}, {@code view}, {@code credential}, {@code apns}, or {@code check} where the time
 *     was over
 */
public record CheckLine(String check, Finding finding) {

  /** How bad it is. */
  public Severity severity() {
    return finding.severity();
  }

  /** Which one of what was looked at; empty if there is only one. */
  public String subject() {
    return finding.subject();
  }

  /** What was found. */
  public String found() {
    return finding.found();
  }

  /** What to do; empty if all is well. */
  public String fix() {
    return finding.fix();
  }

  static CheckLine ok(String check, String subject, String found) {
    return new CheckLine(check, Finding.ok(subject, found));
  }

  static CheckLine warning(String check, String subject, String found, String fix) {
    return new CheckLine(check, Finding.warning(subject, found, fix));
  }

  /** Something that must be repaired before phones ring. */
  public static CheckLine failed(String check, String subject, String found, String fix) {
    return new CheckLine(check, Finding.failed(subject, found, fix));
  }

  /** A number and what it counts. */
  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
