package dev.ringpost.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.CallUuid;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.events.CalleeAs;
import dev.ringpost.telemetry.OutboxMeters;
import dev.ringpost.telemetry.Telemetry;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Samples;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The outbox at full speed on topics that were created a moment ago. A broker that is not the
 * leader of a partition yet refuses a producer's first batch; if the next one is on its way
 * already, and comes when it is the leader, it is stored as the first, and the refused one is out
 * of order until {@code delivery.timeout.ms} ends, two minutes later, and all behind it with it
 * (KAFKA-14359, KAFKA-15591).
 */
@Execution(ExecutionMode.CONCURRENT)
class FreshTopicTest {

  private static final int TOPICS = 6;
  private static final int PARTITIONS = 24;
  private static final int RESULTS = 4_000;

  /** Far less than {@code delivery.timeout.ms}. */
  private static final int WITHIN_SECONDS = 60;

  @Test
  @Timeout(6 * TOPICS + WITHIN_SECONDS)
  void whatIsToldFirstIsStoredToo() throws Exception {
    try (LocalKafka kafka = LocalKafka.start();
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (int topic = 0; topic < TOPICS; topic++) {
        String name = "results-" + topic;
        try (KafkaOutbox outbox = open(kafka, name)) {
          var _ = admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1)));
          List<CompletableFuture<Void>> stored = new ArrayList<>();
          for (int call = 0; call < RESULTS; call++) {
            stored.add(outbox.store(settled(name + "-" + call)));
          }

          assertThat(CompletableFuture.allOf(stored.toArray(CompletableFuture[]::new)))
              .as("results on a topic of %s partitions", PARTITIONS)
              .succeedsWithin(WITHIN_SECONDS, TimeUnit.SECONDS);
        }
      }
    }
  }

  private static KafkaOutbox open(LocalKafka kafka, String results) {
    return KafkaOutbox.open(
        new OutboxSettings(
            results,
            "dead",
            "invalidations",
            List.of("retry-1"),
            CalleeAs.PLAIN,
            ResultFormat.JSON,
            Map.of("bootstrap.servers", kafka.bootstrapServers())),
        new OutboxMeters(new Telemetry(new SimpleMeterRegistry())),
        new BrokerClock(InstantSource.system()),
        (_, _) -> false);
  }

  private static Decision settled(String call) {
    CallInvite sample = Samples.invite();
    var id = new CallId(call);
    var invite =
        new CallInvite(
            id,
            CallUuid.from(id),
            sample.callee(),
            sample.caller(),
            sample.media(),
            sample.invitedAt(),
            sample.deadline(),
            sample.app(),
            sample.excludeDevices(),
            sample.custom());
    return new Decision(
        Samples.invited(invite),
        Samples.pushes(Samples.accepted(Samples.device("phone"))),
        new Disposition.Final(Verdict.ACCEPTED),
        Samples.NOW);
  }
}
