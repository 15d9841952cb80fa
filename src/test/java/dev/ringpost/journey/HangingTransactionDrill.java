package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.ConfigFile;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A transaction of some producer on the topic of invites that neither ends nor is given up. */
@Timeout(90)
class HangingTransactionDrill {

  private static final UserId ALICE = new UserId("alice");
  private static final CallId INSIDE = new CallId("inside");
  private static final Duration SHORT_RING = Duration.ofSeconds(2);
  private static final Duration HANGS_FOR = Duration.ofSeconds(3);
  private static final Duration WITHIN = Duration.ofSeconds(20);

  /** The default: invites are read as they stand, also one that is taken back later. */
  @Test
  void callsBehindItRingAtOnce(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment = CallEnvironment.on(kafka.bootstrapServers(), folder);
        KafkaProducer<byte[], byte[]> producer = transactional(kafka)) {
      environment.startWorker();
      environment.give(ALICE, environment.phone("iphone-1"));
      begin(producer);

      Origin behind = invite(environment, CallEnvironment.RING);
      assertThat(verdict(environment, behind)).isEqualTo("accepted");
      await().atMost(WITHIN).until(() -> rung(environment).contains(INSIDE.value()));

      producer.abortTransaction();
      Origin after = invite(environment, CallEnvironment.RING);
      assertThat(verdict(environment, after)).isEqualTo("accepted");
      assertThat(new EveryInviteSettled(environment.platform()).breaches()).isEmpty();
    }
  }

  @Test
  void whereOnlyCommittedRecordsAreReadTheyWaitForItsEnd(@TempDir Path folder) {
    try (LocalKafka kafka = LocalKafka.start();
        CallEnvironment environment =
            CallEnvironment.on(kafka.bootstrapServers(), folder, committedOnly(kafka), "");
        KafkaProducer<byte[], byte[]> producer = transactional(kafka)) {
      environment.startWorker();
      environment.give(ALICE, environment.phone("iphone-1"));
      begin(producer);

      Origin patient = invite(environment, CallEnvironment.RING);
      Origin hasty = invite(environment, SHORT_RING);
      await()
          .during(HANGS_FOR)
          .atMost(WITHIN)
          .until(
              () ->
                  environment.platform().results(patient).isEmpty()
                      && environment.platform().results(hasty).isEmpty());

      producer.abortTransaction();
      assertThat(verdict(environment, patient)).isEqualTo("accepted");
      assertThat(verdict(environment, hasty)).isEqualTo("expired");
      assertThat(rung(environment)).doesNotContain(INSIDE.value());
      assertThat(new EveryInviteSettled(environment.platform()).breaches()).isEmpty();
    }
  }

  private static ConfigFile committedOnly(LocalKafka kafka) {
    return ConfigFile.of(kafka.bootstrapServers(), Map.of("isolation.level", "read_committed"));
  }

  private static KafkaProducer<byte[], byte[]> transactional(LocalKafka kafka) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "hanging"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Its one invite stands on the partition of all calls to Alice. */
  private static void begin(KafkaProducer<byte[], byte[]> producer) {
    String invite = GuardedCallEnvironment.invite(INSIDE, ALICE, "\"ringSeconds\": 60");
    producer.initTransactions();
    producer.beginTransaction();
    var _ =
        producer.send(
            new ProducerRecord<>(
                CallPlatform.INVITES, ALICE.value().getBytes(UTF_8), invite.getBytes(UTF_8)));
    producer.flush();
  }

  private static Origin invite(CallEnvironment environment, Duration ring) {
    return environment.platform().invite(environment.freshCall(), ALICE, ring);
  }

  private static String verdict(CallEnvironment environment, Origin invite) {
    return environment.resultOf(invite).path("verdict").asText();
  }

  /** The calls that rang. */
  private static List<String> rung(CallEnvironment environment) {
    return environment.production().pushes().stream()
        .map(push -> push.json().at("/call/id").asText())
        .toList();
  }
}
