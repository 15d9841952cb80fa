package dev.ringpost.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IntakeMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IntakeMeters meters = new IntakeMeters(new Telemetry(registry), "fresh");

  @Test
  void everyCounterStandsAtZeroBeforeItsFirstEvent() {
    assertThat(tagValues("ringpost.rebalances", "change"))
        .containsExactlyInAnyOrder("assigned", "revoked", "lost");
    assertThat(tagValues("ringpost.commits", "end"))
        .containsExactlyInAnyOrder("done", "failed", "note_refused");
    assertThat(registry.get("ringpost.invites.given.up").counter().count()).isZero();
    assertThat(registry.get("ringpost.invites.custom.dropped").counter().count()).isZero();
  }

  @Test
  void everyCounterCountsWhatItSays() {
    meters.assigned(3);
    meters.commitFailed();

    assertThat(registry.get("ringpost.rebalances").tag("change", "assigned").counter().count())
        .isEqualTo(3);
    assertThat(registry.get("ringpost.commits").tag("end", "failed").counter().count())
        .isEqualTo(1);
  }

  @Test
  void anInventedTimestampSpoilsNoTime() {
    Duration years = Duration.ofDays(56 * 365);
    meters.gauges(() -> 0, () -> 0, () -> 0, () -> years, () -> 0);
    meters.ownerless(years);

    assertThat(registry.get("ringpost.invites.oldest.unsettled").gauge().value())
        .isEqualTo((double) IntakeMeters.OLDEST.toSeconds());
    assertThat(registry.get("ringpost.partition.ownerless").timer().max(TimeUnit.SECONDS))
        .isEqualTo((double) IntakeMeters.LONGEST_OWNERLESS.toSeconds());
  }

  private List<String> tagValues(String meter, String tag) {
    return registry.get(meter).meters().stream()
        .map(Meter::getId)
        .map(id -> String.valueOf(id.getTag(tag)))
        .toList();
  }
}
