package dev.ringpost.tools.apple;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The words about the end of a token, which are those about a certificate's: soon, or over. */
final class TokenEnd {

  /** How long before its end there is something to do, as with certificates. */
  static final int SOON_DAYS = 30;

  private static final String FIX =
      ": create a new one in the CloudKit Console and put it, with its end, into the file";

  private TokenEnd() {}

  /** The days from today, in UTC, to the day on which it ends; negative once it has. */
  static long daysLeft(LocalDate endsOn, Instant now) {
    return ChronoUnit.DAYS.between(LocalDate.ofInstant(now, ZoneOffset.UTC), endsOn);
  }

  /** One sentence for a person. */
  static String words(Optional<LocalDate> endsOn, Instant now) {
    if (endsOn.isEmpty()) {
      return "When its token ends is not written: put the day on the second line of its file.";
    }
    long days = daysLeft(endsOn.get(), now);
    if (days < 0) {
      return "Its token ended on " + endsOn.get() + FIX + ".";
    }
    return days < SOON_DAYS
        ? "Its token ends in " + days + " days, on " + endsOn.get() + FIX + "."
        : "Its token ends on " + endsOn.get() + ".";
  }
}
