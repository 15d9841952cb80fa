package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A consumer while too much of what it read waits to be written. */
@Timeout(60)
class FullBacklogTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites", 1);

  private final RecordingConsumer kafka = new RecordingConsumer();
  private final HeldArrivals arrivals = new HeldArrivals();
  private final InviteConsumer intake =
      new InviteConsumer(
          new IntakeSettings(
              new IntakeSettings.Source.Fresh("call-invites"),
              "ringpost",
              100,
              100,
              false,
              new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
              IntakeSettings.GroupProtocol.CLASSIC,
              Map.of()),
          () -> kafka,
          () -> new Lease(Duration.ofSeconds(6), () -> 0),
          arrivals,
          () -> {},
          InstantSource.system(),
          new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "invites"));

  @AfterEach
  void close() {
    arrivals.settleAll();
    intake.close();
  }

  @Test
  void allPartitionsRestUntilThereIsRoomAndWhatIsStoredIsCommittedMeanwhile() {
    intake.start();
    kafka.assign(P0, P1);
    kafka.invite(P0, 0);
    await().until(() -> arrivals.handled(P0).size() == 1);

    arrivals.full(true);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0, P1)));
    kafka.invite(P0, 1);
    kafka.invite(P1, 0);
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 5);
    assertThat(arrivals.handled(P0)).containsExactly(0L);
    assertThat(arrivals.handled(P1)).isEmpty();

    arrivals.settle(P0, 0);
    await().until(() -> kafka.lastCommit(P0).offset() == 1);

    arrivals.full(false);
    await().until(() -> arrivals.handled(P0).size() == 2 && arrivals.handled(P1).size() == 1);
    assertThat(kafka.pausedNow()).isEmpty();
  }
}
