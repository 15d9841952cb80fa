package dev.ringpost.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.waiting.IdlePace;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The same loop on retry topics: nothing is taken before it is due, and nothing is held. */
@Execution(ExecutionMode.CONCURRENT)
class RetryConsumerTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites.retry-1", 0);
  private static final TopicPartition P1 = new TopicPartition("call-invites.retry-7", 0);

  /** The wait of the ladder's last retry, to which the topic of {@link #P1} belongs. */
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final Duration SESSION = Duration.ofSeconds(6);
  private static final int EPOCH = 7;
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final SettableClock clock = new SettableClock(NOW);
  private final AtomicLong nanoTime = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
  private final InviteConsumer intake =
      new InviteConsumer(
          new IntakeSettings(
              new IntakeSettings.Source.Retries(
                  "call-invites.retry-", List.of(Duration.ofSeconds(1), LONG)),
              "ringpost.retry",
              10,
              100,
              false,
              new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
              IntakeSettings.GroupProtocol.CLASSIC,
              Map.of()),
          () -> kafka,
          () -> new Lease(SESSION, nanoTime::get),
          (arrival, _, decided) -> {
            arrivals.add(arrival);
            decided.run();
            return CompletableFuture.allOf();
          },
          () -> {},
          clock,
          new IntakeMeters(new Telemetry(registry), "retries"));

  @AfterEach
  void close() {
    intake.close();
  }

  @Test
  void aRetryIsTakenWhenItIsDueAndNotBefore() {
    start();
    retry(P0, 0, 1);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 5);
    assertThat(arrivals).isEmpty();
    assertThat(kafka.sentTo())
        .as("with the epoch, by which a log that was cut is known")
        .containsEntry(P0, new OffsetAndMetadata(0, Optional.of(EPOCH), ""));

    clock.advance(Duration.ofSeconds(1));
    // Kafka would give the record again; the mock gives each once.
    retry(P0, 0, 1);
    await().until(() -> arrivals.size() == 1);
    await().until(() -> kafka.lastCommit(P0).offset() == 1);
    assertThat(registry.get("ringpost.retry.lateness").timer().count()).isEqualTo(1);
  }

  @Test
  void oneThatIsNotDueHoldsUpItsOwnPartitionOnly() {
    start();
    retry(P0, 0, 60);
    retry(P1, 0, 0);

    await().until(() -> arrivals.size() == 1);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));
    await().until(() -> kafka.lastCommit(P1).offset() == 1);
    assertThat(kafka.lastCommit(P0).offset()).isZero();
  }

  @Test
  void whatIsTriedAgainIsTheInviteAsItStoodFirst() {
    start();
    retry(P0, 0, 0);

    await().until(() -> arrivals.size() == 1);
    assertThat(arrivals.getFirst())
        .isInstanceOfSatisfying(
            Arrival.Invited.class,
            invited -> {
              Attempt attempt = invited.attempt();
              assertThat(attempt.number()).isEqualTo(2);
              assertThat(attempt.accepted()).isEqualTo(1);
              assertThat(attempt.devices()).isEqualTo(Optional.of(Set.of(new DeviceId("d"))));
              assertThat(attempt.invite().deadline().at()).isEqualTo(NOW.plusSeconds(20));
              assertThat(invited.envelope().origin())
                  .isEqualTo(new Origin("call-invites", 3, 1017, NOW.minusSeconds(1)));
            });
  }

  @Test
  void aRecordThatSomebodyElseWroteIsADeadLetterAndHoldsUpNobody() {
    start();
    kafka.schedulePollTask(() -> kafka.addRecord(record(P0, 0, List.of())));
    retry(P0, 1, 0);

    await().until(() -> arrivals.size() == 2);
    assertThat(arrivals.getFirst())
        .isInstanceOfSatisfying(
            Arrival.Malformed.class,
            malformed -> {
              assertThat(malformed.flaw().reason()).isEqualTo(DeadLetterReason.BAD_RETRY_HEADERS);
              assertThat(malformed.callId()).isPresent();
            });
  }

  @Test
  void aWriterWhoseClockIsAheadHoldsUpNobodyForLongerThanARetryWaits() {
    start();
    retry(P0, 0, 61);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));
    clock.advance(Duration.ofSeconds(25));

    retry(P0, 0, 61);
    retry(P0, 1, 1);
    await().until(() -> arrivals.size() == 2);
  }

  @Test
  void aClockThatIsSetBackKeepsNoPartitionShut() {
    start();
    retry(P0, 0, 1);
    await().until(() -> kafka.pausedNow().equals(Set.of(P0)));
    clock.advance(Duration.ofHours(-1));

    retry(P0, 0, 1);
    await().until(() -> arrivals.size() == 1);
  }

  @Test
  void whereNoRetryIsWaitedForNothingIsFetchedForAWhileAndOneThatComesIsTakenAllTheSame() {
    start();
    await().until(() -> kafka.pausedNow().equals(Set.of(P0, P1)));

    retry(P0, 0, 0);
    await().until(() -> arrivals.size() == 1);
  }

  /** The mock's polls return at once; a loop that waited beside them would poll twice a second. */
  @Test
  void aConsumerThatRestsTakesPartInItsGroupAllTheTime() {
    start();
    await().until(() -> kafka.pausedNow().equals(Set.of(P0, P1)));

    int polls = kafka.polls();
    await().atMost(IdlePace.QUIET).until(() -> kafka.polls() > polls + 5);
  }

  @Test
  void oneThatIsWaitedForKeepsItAwake() {
    start();
    retry(P1, 0, 60);
    await().until(() -> kafka.pausedNow().equals(Set.of(P1)));

    await()
        .during(IdlePace.QUIET.multipliedBy(2))
        .atMost(LONG)
        .until(() -> kafka.pausedNow().equals(Set.of(P1)));
  }

  private void start() {
    intake.start();
    kafka.assign(P0, P1);
  }

  private void retry(TopicPartition partition, long offset, long dueInSeconds) {
    kafka.schedulePollTask(() -> kafka.addRecord(record(partition, offset, headers(dueInSeconds))));
  }

  private static List<RecordHeader> headers(long dueInSeconds) {
    return List.of(
        HeaderName.FORMAT.with("1"),
        HeaderName.ORIGIN_TOPIC.with("call-invites"),
        HeaderName.ORIGIN_PARTITION.with("3"),
        HeaderName.ORIGIN_OFFSET.with("1017"),
        HeaderName.ORIGIN_TIMESTAMP.with(NOW.minusSeconds(1).toString()),
        HeaderName.DEADLINE.with(NOW.plusSeconds(20).toString()),
        HeaderName.ATTEMPT.with("2"),
        HeaderName.DUE.with(NOW.plusSeconds(dueInSeconds).toString()),
        HeaderName.ACCEPTED.with("1"),
        HeaderName.DEVICES.with("[\"d\"]"));
  }

  private static ConsumerRecord<byte[], byte[]> record(
      TopicPartition partition, long offset, List<RecordHeader> headers) {
    byte[] value =
        "{\"callId\":\"c\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}}".getBytes(UTF_8);
    var record =
        new ConsumerRecord<>(
            partition.topic(),
            partition.partition(),
            offset,
            NOW.toEpochMilli(),
            TimestampType.LOG_APPEND_TIME,
            0,
            value.length,
            new byte[0],
            value,
            new RecordHeaders(),
            Optional.of(EPOCH));
    headers.forEach(header -> record.headers().add(header.key(), header.value()));
    return record;
  }
}
