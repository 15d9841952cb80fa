package dev.ringpost.health;

import static dev.ringpost.health.HeardCalls.BEGIN;
import static dev.ringpost.health.HeardCalls.DEAF;
import static dev.ringpost.health.HeardCalls.device;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.DeviceKey;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rings that are told before calls that are older are judged, as after a restart; and bounds. */
@Timeout(20)
class LaterRingsTest {

  private final HeardCalls heard = new HeardCalls();

  private static void rings(HeardCalls calls, DeviceKey device, Instant at) {
    calls.ringing(calls.push(device, at, "0123456789ab"), at);
  }

  @Test
  void aCallBeforeADeviceRangForAnotherOneDoesNotCount() {
    heard.othersRing(BEGIN.minusSeconds(60));
    heard.accepted(DEAF, BEGIN);
    heard.accepted(DEAF, BEGIN.plusSeconds(60));
    rings(heard, DEAF, BEGIN.plusSeconds(200));
    heard.calls.advance(BEGIN.plusSeconds(400));

    assertThat(heard.written).doesNotContainKey(DEAF);
    assertThat(heard.count("repeated")).isEqualTo(2);
  }

  @Test
  void aCallAfterTheRingIsTheFirstOfARun() {
    heard.othersRing(BEGIN.minusSeconds(60));
    heard.accepted(DEAF, BEGIN);
    heard.accepted(DEAF, BEGIN.plusSeconds(300));
    rings(heard, DEAF, BEGIN.plusSeconds(200));
    heard.calls.advance(BEGIN.plusSeconds(400));

    assertThat(heard.health(DEAF).unrungCalls()).isOne();
    assertThat(heard.health(DEAF).since()).isEqualTo(BEGIN.plusSeconds(300));
  }

  @Test
  void anOlderRingThatIsToldLateTakesNothingBack() {
    heard.othersRing(BEGIN.minusSeconds(60));
    heard.accepted(DEAF, BEGIN);
    rings(heard, DEAF, BEGIN.plusSeconds(200));
    rings(heard, DEAF, BEGIN.minusSeconds(200));
    heard.calls.advance(BEGIN.plusSeconds(400));

    assertThat(heard.written).doesNotContainKey(DEAF);
  }

  @Test
  void ofMoreRingsThanAreRememberedTheFirstIsForgotten() {
    var few = new HeardCalls(2, 100, Map.of());
    few.othersRing(BEGIN.minusSeconds(60));
    few.accepted(DEAF, BEGIN);
    for (DeviceKey device : new DeviceKey[] {DEAF, device("a"), device("b")}) {
      rings(few, device, BEGIN.plusSeconds(20));
    }
    few.calls.advance(BEGIN.plusSeconds(100));

    assertThat(few.written).containsOnlyKeys(DEAF);
  }

  @Test
  void whatIsRestoredHasTheSameBound() {
    heard.othersRing(BEGIN.minusSeconds(60));
    for (String user : new String[] {"a", "b", "c"}) {
      heard.unrung(device(user), BEGIN);
    }
    assertThat(heard.written).hasSize(3);

    var few = new HeardCalls(2, 100, Map.copyOf(heard.written));

    assertThat(few.runs.watched()).isEqualTo(2);
    assertThat(few.counted("ringpost.health.devices.forgotten")).isOne();
  }
}
