package dev.ringpost.live;

import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.CalleeAs;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * The second verdict on a call.
 *
 * @param verdict its word in results
 * @param id the digest of the id of the device that rings, empty if none does
 * @param millis from the push to the ringing, if both are known
 * @param decidedAt when it was found
 */
record SeenRing(String verdict, String id, OptionalLong millis, Instant decidedAt) {

  static SeenRing of(RingReport report) {
    String word = report.verdict().wire();
    return switch (report.verdict()) {
      case RingVerdict.Rang(var device, var after) ->
          new SeenRing(
              word,
              CalleeAs.digest(device.value()),
              after.map(Duration::toMillis).map(OptionalLong::of).orElse(OptionalLong.empty()),
              report.decidedAt());
      case RingVerdict.Silent() -> new SeenRing(word, "", OptionalLong.empty(), report.decidedAt());
    };
  }
}
