package dev.ringpost.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.Attempt;
import dev.ringpost.call.DeadLetterReason;
import dev.ringpost.call.Device;
import dev.ringpost.call.DeviceId;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Flaw;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.Recorded;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.SettableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The records that the outbox writes when an invite is not over, and when a token is dead. */
class KafkaOutboxRetryTest {

  private static final OutboxSettings SETTINGS =
      new OutboxSettings(
          "results",
          "dead",
          "invalidations",
          List.of("retry-1", "retry-2"),
          CalleeAs.PLAIN,
          ResultFormat.JSON,
          Map.of("bootstrap.servers", "localhost:1"));

  private final ScriptedProducer producer = ScriptedProducer.willing();
  private final KafkaOutbox outbox =
      KafkaOutbox.open(
          SETTINGS,
          new OutboxMeters(new Telemetry(new SimpleMeterRegistry())),
          new BrokerClock(new SettableClock(Samples.NOW)),
          () -> producer,
          Duration.ofMillis(1),
          Backlog.ofHeap(),
          (_, _) -> false);

  @AfterEach
  void close() {
    outbox.close(Duration.ZERO);
  }

  @Test
  void aRetryIsTheRecordAsItCameWithWhatTheNextTryMustKnow() {
    store(retry(1, Optional.of(Set.of(new DeviceId("tablet"), new DeviceId("phone"))), 1));

    ProducerRecord<byte[], byte[]> record = producer.taken("retry-1").getFirst();
    assertThat(record.key()).isEqualTo(Samples.envelope().key());
    assertThat(record.value()).isEqualTo(Samples.envelope().value());
    assertThat(headers(record)).isEqualTo(Recorded.lines("retry-headers-1.txt"));
    assertThat(result()).contains("\"attempt\":1", "\"final\":false", "\"accepted\"");
  }

  @Test
  void withoutDevicesThereIsNoHeaderForThem() {
    store(retry(1, Optional.empty(), 0));

    assertThat(headers(producer.taken("retry-1").getFirst()))
        .noneMatch(header -> header.startsWith("ringpost-devices"));
    assertThat(result()).contains("\"final\":false", "\"verdict\":\"retrying\"");
  }

  @Test
  void aMistakeThatWasMetGoesAlong() {
    Decision plain = retry(1, Optional.empty(), 0);
    var again = (Disposition.Retry) plain.disposition();
    Attempt flawed =
        again.next().having(Optional.of(new Flaw(DeadLetterReason.WRONG_TOPIC, "words")));
    store(
        new Decision(
            plain.arrival(),
            plain.report(),
            new Disposition.Retry(flawed, again.when()),
            Samples.NOW));

    assertThat(headers(producer.taken("retry-1").getFirst()))
        .endsWith("ringpost-reason=wrong_topic", "ringpost-detail=words");
  }

  @Test
  void eachRetryHasItsTopicAndALongerLadderOfTheRuleEndsOnTheLast() {
    store(retry(2, Optional.empty(), 0));
    store(retry(3, Optional.empty(), 0));

    assertThat(producer.taken("retry-1")).isEmpty();
    assertThat(producer.taken("retry-2")).hasSize(2);
  }

  @Test
  void aRetryThatKafkaWillNeverTakeIsOverAndItsServerHearsIt() {
    producer.refuse("retry-1", new RecordTooLargeException("planted"));

    store(retry(1, Optional.empty(), 0));

    assertThat(producer.taken("results"))
        .hasSize(2)
        .anySatisfy(
            record ->
                assertThat(new String(record.value(), UTF_8))
                    .contains("\"attempt\":2", "\"final\":true", "\"verdict\":\"failed\""));
  }

  /** The caller must not be sent to voicemail while a phone rings. */
  @Test
  void aRetryThatKafkaWillNeverTakeIsAcceptedIfAPhoneRingsAlready() {
    producer.refuse("retry-1", new RecordTooLargeException("planted"));

    store(retry(1, Optional.empty(), 1));

    assertThat(producer.taken("results"))
        .hasSize(2)
        .anySatisfy(
            record ->
                assertThat(new String(record.value(), UTF_8))
                    .contains("\"attempt\":2", "\"final\":true", "\"verdict\":\"accepted\"")
                    .doesNotContain("retry_not_stored"));
  }

  @Test
  void aRetryTopicThatIsAwayHoldsTheInvite() {
    producer.refuse("retry-1", new TimeoutException("planted"));
    CompletableFuture<Void> stored = outbox.store(retry(1, Optional.empty(), 0));
    store(retry(2, Optional.empty(), 0));
    assertThat(stored).isNotDone();

    producer.refuseNoMore("retry-1");
    assertThat(stored).succeedsWithin(30, TimeUnit.SECONDS);
  }

  @Test
  void aDeadTokenIsToldUnderTheKeyOfItsDeviceByItsDigest() {
    Device device = Samples.device("desk/phone");
    var gone = Samples.unanswered(device, new PushOutcome.Unregistered(Optional.empty()));

    store(
        new Decision(
            Samples.invited(),
            Samples.pushes(gone),
            new Disposition.Final(Verdict.ALL_DEAD),
            List.of(Samples.invalidation(Samples.ALICE, device)),
            Samples.NOW,
            Samples.NOW));

    ProducerRecord<byte[], byte[]> record = producer.taken("invalidations").getFirst();
    assertThat(new String(record.key(), UTF_8)).isEqualTo("alice/desk%2Fphone");
    assertThat(new String(record.value(), UTF_8))
        .isEqualTo(
            "{\"tokenDigest\":\""
                + device.token().digest().value()
                + "\",\"bundleId\":\"com.example.phone\",\"environment\":\"production\","
                + "\"invalidAt\":\"2026-11-24T10:00:00.250Z\",\"reason\":\"Unregistered\"}")
        .doesNotContain(device.token().hex());
    assertThat(record.headers()).isEmpty();
  }

  @Test
  void aDeadTokenForAlertsIsToldUnderItsOwnKey() {
    Device ringing = Samples.device("phone");
    var device =
        new Device(
            ringing.id(),
            ringing.token(),
            ringing.app(),
            ringing.environment(),
            ringing.registeredAt(),
            ringing.sealTo(),
            DeviceKey.Kind.ALERT);

    store(
        new Decision(
            Samples.invited(),
            Samples.pushes(),
            new Disposition.Final(Verdict.ALL_DEAD),
            List.of(Samples.invalidation(Samples.ALICE, device)),
            Samples.NOW,
            Samples.NOW));

    assertThat(new String(producer.taken("invalidations").getFirst().key(), UTF_8))
        .isEqualTo("alice/phone/alert/");
  }

  private static Decision retry(int number, Optional<Set<DeviceId>> devices, int accepted) {
    var arrival =
        Samples.invited(
            Samples.header("traceparent", "00-ab"),
            Samples.header("ringpost-accepted", "7"),
            Samples.header("ringpost-forged", "yes"));
    Attempt next = arrival.attempt().next(devices, accepted);
    return new Decision(
        arrival,
        Samples.pushes(),
        new Disposition.Retry(next, new RetryLadder.Next(number, Samples.NOW.plusSeconds(1))),
        Samples.NOW);
  }

  private void store(Decision decision) {
    assertThat(outbox.store(decision)).succeedsWithin(30, TimeUnit.SECONDS);
  }

  private String result() {
    return new String(producer.taken("results").getFirst().value(), UTF_8);
  }

  private static List<String> headers(ProducerRecord<byte[], byte[]> record) {
    return Arrays.stream(record.headers().toArray())
        .map(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }
}
