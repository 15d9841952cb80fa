package dev.ringpost.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.apns.payload.AlertSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The settings of missed calls, and what follows from them. */
class MissedCallConfigTest {

  private static final String ON = ConfigFolder.SMALLEST + "missed-call:\n  enabled: true\n";

  private final ConfigFolder folder;

  MissedCallConfigTest(@TempDir Path temporary) {
    folder = new ConfigFolder(temporary);
  }

  @Test
  void nobodyIsToldUnlessItIsAskedFor() {
    RingpostConfig config = folder.load(ConfigFolder.SMALLEST);
    var rooms = new RoomSettings(config);

    assertThat(config.missedCall())
        .isEqualTo(
            new MissedCallConfig(
                false,
                "ringpost.missed-calls",
                200,
                Duration.ofHours(24),
                "MISSED_CALL",
                "MISSED_CALL_NO_CALLER",
                Optional.empty(),
                Optional.empty()));
    assertThat(rooms.outbox().missedCallsTopic()).isEmpty();
    assertThat(rooms.answersKept()).isEmpty();
    assertThat(rooms.apns().apps()).allSatisfy(it -> assertThat(it.payload().alert()).isEmpty());
  }

  @Test
  void everyKeyCanBeWritten() {
    RingpostConfig config =
        folder.load(
            ConfigFolder.SMALLEST
                + """
                missed-call:
                  enabled: true
                  group: gm
                  max-in-flight: 8
                  expiration: 2h
                  loc-key: MISSED
                  loc-key-no-caller: MISSED_BY
                  title-loc-key: TITLE
                  sound: ring.caf
                ring: {max: 3m}
                topics: {missed-calls: m}
                """);
    var rooms = new RoomSettings(config);

    assertThat(rooms.missedCallIntake().group()).isEqualTo("gm");
    assertThat(rooms.missedCallIntake().maxInFlight()).isEqualTo(8);
    assertThat(rooms.missedCalls().expiration()).isEqualTo(Duration.ofHours(2));
    assertThat(rooms.outbox().missedCallsTopic()).contains("m");
    assertThat(rooms.answersKept()).contains(Duration.ofMinutes(8));
    assertThat(rooms.apns().apps().getFirst().payload().alert())
        .contains(
            new AlertSettings(
                "MISSED", "MISSED_BY", Optional.of("TITLE"), Optional.of("ring.caf")));
  }

  @Test
  void itsGroupAndItsTopicAreNoOthers() {
    for (String taken : List.of("ringpost", "ringpost.retry", "ringpost.health")) {
      assertThat(folder.problems(ON + "  group: " + taken + "\n"))
          .anySatisfy(it -> assertThat(it).contains("missed-call.group"));
    }
    assertThat(folder.problems(ON + "topics: {missed-calls: call-invites}\n"))
        .anySatisfy(it -> assertThat(it).contains("topics.missed-calls"));
  }

  @Test
  void anAlertIsKeptForHoursAndNoLongerThanAMonth() {
    for (String wrong : List.of("59m", "721h", "0s")) {
      assertThat(folder.problems(ON + "  expiration: " + wrong + "\n"))
          .anySatisfy(it -> assertThat(it).contains("missed-call.expiration"));
    }
  }
}
