package dev.ringpost.tools.apple;

import java.util.Locale;

/**
 * A row of Apple's export. Apple documents the columns, but not the words in them, so they are kept
 * as they come; they are printable ASCII.
 *
 * @param pushType the kind of push
 * @param status what became of these pushes
 * @param date the day, in UTC, on which APNs reported it
 * @param count how many, rounded by Apple
 */
record MetricsRow(String pushType, String status, String date, long count) {

  private static final String VOIP = "voip";

  /** Whether it is about pushes that ring. */
  boolean isVoip() {
    return pushType.toLowerCase(Locale.ROOT).equals(VOIP);
  }

  /** The day alone, where a time follows it. */
  String day() {
    return date.length() > 10 ? date.substring(0, 10) : date;
  }
}
