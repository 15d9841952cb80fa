package dev.ringpost.tools.apple;

import dev.ringpost.call.findings.Finding;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The words about the end of a token, which are those about a certificate's: soon, or over. */
final class TokenEnd {

  /** How long before its end there is something to do, as with certificates. */
  static final int SOON_DAYS = 30;

  private static final String RENEW =
      "create a new one in the CloudKit Console and put it, with its end, into the file";

  private static final String WRITE = "put the day on the second line of its file";

  private TokenEnd() {}

  /** The days from today, in UTC, to the day on which it ends; negative once it has. */
  static long daysLeft(LocalDate endsOn, Instant now) {
    return ChronoUnit.DAYS.between(LocalDate.ofInstant(now, ZoneOffset.UTC), endsOn);
  }

  /** One sentence for a person. */
  static String words(Optional<LocalDate> endsOn, Instant now) {
    Finding finding = finding("", endsOn, now);
    String found = Character.toUpperCase(finding.found().charAt(0)) + finding.found().substring(1);
    return finding.fix().isEmpty() ? found + "." : found + ": " + finding.fix() + ".";
  }

  /**
   * The same as a finding, which never fails anything: no phone needs the token.
   *
   * @param subject whose token it is
   */
  static Finding finding(String subject, Optional<LocalDate> endsOn, Instant now) {
    if (endsOn.isEmpty()) {
      return Finding.warning(
          subject, "when its token for Apple's data export ends is not written", WRITE);
    }
    String token = "its token for Apple's data export ";
    long days = daysLeft(endsOn.get(), now);
    if (days < 0) {
      return Finding.warning(subject, token + "ended on " + endsOn.get(), RENEW);
    }
    return days < SOON_DAYS
        ? Finding.warning(subject, token + "ends in " + days + " days, on " + endsOn.get(), RENEW)
        : Finding.ok(subject, token + "ends on " + endsOn.get());
  }
}
