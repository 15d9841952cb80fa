package dev.ringpost.demo;

import java.time.Duration;

/**
 * The times of a demo: how long the phones are called, and when APNs is in trouble meanwhile.
 *
 * @param calling how long calls are made
 * @param goAwayAt when every connection gets its GOAWAY, nearly
 * @param burstAt when the 503 begin
 * @param slowAt when the slow answers begin
 * @param trouble how long each of the last two lasts
 */
record Day(
    Duration calling, Duration goAwayAt, Duration burstAt, Duration slowAt, Duration trouble) {

  /** The README's. */
  static final Day WHOLE =
      new Day(
          Duration.ofSeconds(20),
          Duration.ofSeconds(4),
          Duration.ofSeconds(8),
          Duration.ofSeconds(14),
          Duration.ofSeconds(2));

  /** Everything once, for a test. */
  static final Day SHORT =
      new Day(
          Duration.ofSeconds(8),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(6),
          Duration.ofSeconds(1));
}
