package dev.ringpost.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The same loop on calls that may have been missed: each is handled once it is over. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class MissedCallConsumerTest implements ArrivalHandler {

  private static final String TOPIC = "call-invites.missed";
  private static final TopicPartition P0 = new TopicPartition(TOPIC, 0);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final Duration RING_MAX = Duration.ofMinutes(2);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordingConsumer kafka = new RecordingConsumer();
  private final List<String> handled = new CopyOnWriteArrayList<>();
  private final Set<String> over = ConcurrentHashMap.newKeySet();
  private final InviteConsumer intake =
      new InviteConsumer(
          new IntakeSettings(
              new IntakeSettings.Source.MissedCalls(TOPIC, RING_MAX, Duration.ofMillis(100)),
              "ringpost.missed-calls",
              10,
              100,
              false,
              new RingSettings(Duration.ofSeconds(30), RING_MAX, "call"),
              IntakeSettings.GroupProtocol.CLASSIC,
              Map.of()),
          () -> kafka,
          () -> new Lease(Duration.ofSeconds(6), () -> 0),
          this,
          () -> {},
          new SettableClock(NOW),
          new IntakeMeters(new Telemetry(registry), "missed-calls"));

  @Override
  public CompletableFuture<Void> handle(Arrival arrival, Arrival.Claim claim, Runnable decided) {
    handled.add(callOf(arrival));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public boolean isOver(CallInvite call) {
    return over.contains(call.callId().value());
  }

  private static String callOf(Arrival arrival) {
    return switch (arrival) {
      case Arrival.Invited(_, var attempt) -> attempt.invite().callId().value();
      case Arrival.Malformed(_, var flaw, _) -> flaw.detail();
    };
  }

  @AfterEach
  void close() {
    intake.close();
  }

  @Test
  void aCallThatIsOverIsHandledBeforeThoseThatStandBeforeIt() {
    start();
    call(0, "first", 60);
    call(1, "second", 50);
    over.add("second");
    await().until(() -> handled.equals(List.of("second")));
    await().until(() -> SimulatedIntake.notes(kafka.lastCommit(P0), 1));
    assertThat(kafka.lastCommit(P0).offset()).as("the first is not settled").isZero();
    assertThat(kafka.pausedNow()).as("what comes behind it is read").isEmpty();

    over.add("first");
    await().until(() -> kafka.lastCommit(P0).offset() == 2);
    assertThat(handled).containsExactly("second", "first");
  }

  @Test
  void aCallThatIsNotOverIsHandledAtItsTime() {
    start();
    call(0, "longer", 60);
    call(1, "shorter", 1);
    call(2, "due", 0);

    await().until(() -> handled.contains("due"));
    await().until(() -> handled.contains("shorter"));
    assertThat(handled).containsExactly("due", "shorter");
    assertThat(registry.get("ringpost.retry.lateness").timer().count())
        .as("an alert on retries asks it")
        .isZero();
  }

  @Test
  void whoLosesThePartitionHandlesNothingOfIt() {
    start();
    call(0, "lost", 60);
    await().until(() -> kafka.polls() > 5);
    kafka.assign();
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 5);

    over.add("lost");
    await().during(WaitingRecords.LOOK_EVERY.multipliedBy(3)).until(handled::isEmpty);

    kafka.assign(P0);
    call(0, "lost", 60);
    await().until(() -> !handled.isEmpty());
    await().until(() -> kafka.lastCommit(P0).offset() == 1);
    assertThat(handled).as("by its next owner, once").containsExactly("lost");
  }

  @Test
  void whatAFormerOwnerSettledBehindOneThatWaitsIsNotHandledAgain() {
    start();
    call(0, "waits", 60);
    call(1, "settled", 60);
    over.add("settled");
    await().until(() -> SimulatedIntake.notes(kafka.lastCommit(P0), 1));
    OffsetAndMetadata note = kafka.lastCommit(P0);
    kafka.assign();
    int polls = kafka.polls();
    await().until(() -> kafka.polls() > polls + 5);
    handled.clear();

    kafka.seed(P0, note);
    kafka.assign(P0);
    over.add("waits");
    call(0, "waits", 60);
    call(1, "settled", 60);
    await().until(() -> kafka.lastCommit(P0).offset() == 2);
    assertThat(handled).containsExactly("waits");
  }

  private void start() {
    intake.start();
    kafka.assign(P0);
  }

  private void call(long offset, String call, long dueInSeconds) {
    byte[] value =
        "{\"callId\":\"%s\",\"callee\":\"b\",\"caller\":{\"uri\":\"sip:x\"}}"
            .formatted(call)
            .getBytes(UTF_8);
    var record = new ConsumerRecord<>(TOPIC, 0, offset, new byte[0], value);
    List<RecordHeader> headers =
        List.of(
            HeaderName.FORMAT.with("1"),
            HeaderName.ORIGIN_TOPIC.with("call-invites"),
            HeaderName.ORIGIN_PARTITION.with("3"),
            HeaderName.ORIGIN_OFFSET.with("1017"),
            HeaderName.ORIGIN_TIMESTAMP.with(NOW.toString()),
            HeaderName.DEADLINE.with(NOW.plusSeconds(dueInSeconds).toString()),
            HeaderName.ATTEMPT.with("2"),
            HeaderName.DUE.with(NOW.plusSeconds(dueInSeconds).toString()),
            HeaderName.ACCEPTED.with("1"));
    headers.forEach(header -> record.headers().add(header.key(), header.value()));
    kafka.schedulePollTask(() -> kafka.addRecord(record));
  }
}
