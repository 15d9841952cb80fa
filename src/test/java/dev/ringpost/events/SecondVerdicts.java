package dev.ringpost.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.DeviceId;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.delivery.rings.AcceptedCall;
import dev.ringpost.delivery.rings.RingReport;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.testing.Samples;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A second verdict of each kind. */
final class SecondVerdicts {

  private SecondVerdicts() {}

  private static List<RingVerdict> all() {
    var device = new DeviceId("iphone-1");
    return List.of(
        new RingVerdict.Rang(device, Optional.of(Duration.ofMillis(1_043))),
        new RingVerdict.Rang(device, Optional.empty()),
        new RingVerdict.Silent());
  }

  static RingReport report(RingVerdict verdict) {
    return new RingReport(
        new AcceptedCall(
            Samples.invite(),
            Samples.envelope().origin(),
            List.of(),
            1,
            Optional.of(Samples.NOW),
            Samples.NOW),
        verdict,
        Samples.NOW.plusSeconds(5));
  }

  /** As results hold them. */
  static List<String> json() {
    var json = new ResultJson(CalleeAs.PLAIN, (_, _) -> false);
    return all().stream().map(it -> new String(json.of(report(it)), UTF_8)).toList();
  }

  /** All words of verdicts. */
  static List<String> behind(Verdict... first) {
    return Stream.concat(
            Arrays.stream(first).map(Verdict::wire), all().stream().map(RingVerdict::wire))
        .distinct()
        .toList();
  }
}
