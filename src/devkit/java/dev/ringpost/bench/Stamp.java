package dev.ringpost.bench;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call's id that tells when the call began, in microseconds on the wall clock: the one clock that
 * all processes of the benchmark share.
 */
final class Stamp {

  private static final Pattern STAMPED = Pattern.compile("at-(\\d+)-");

  private Stamp() {}

  static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  /** The id of the n-th call, which begins now. */
  static String callId(int call) {
    return "at-" + nowMicros() + "-" + call;
  }

  /** Whether an invite or a payload has such an id. */
  static boolean isIn(String text) {
    return STAMPED.matcher(text).find();
  }

  /** Finds the id in an invite or a payload and tells when its call began. */
  static long begunMicros(String text) {
    Matcher stamped = STAMPED.matcher(text);
    if (!stamped.find()) {
      throw new IllegalArgumentException("no stamp in " + text);
    }
    return Long.parseLong(stamped.group(1));
  }
}
