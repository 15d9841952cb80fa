package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An unclean election cuts the newest invites off: what stayed in the log rang long ago. */
class CutLogDrill {

  private static final int KEPT = 20;
  private static final int CUT = 5;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Longer than a worker takes from reading a record to ringing for it. */
  private static final Duration WOULD_HAVE_RUNG = Duration.ofSeconds(5);

  private static final TopicPartition INVITES = new TopicPartition(CallPlatform.INVITES, 0);

  @Test
  @Timeout(400)
  void whatWasAcceptedBeforeTheCutDoesNotRingAgain(@TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.startCluster();
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin);
      try (var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
        environment.startWorker();
        environment.give(new UserId("alice"), environment.phone("iphone-1"));
        tell(environment, call(environment, "kept-", KEPT));
        kafka.stopBroker(1);
        List<Origin> cut = call(environment, "cut-", CUT);
        tell(environment, cut);

        kafka.stopBroker(0);
        kafka.startBroker(1);
        await().atMost(SOON).ignoreExceptions().until(() -> leadsAfterElection(admin, 1));
        List<Origin> after = call(environment, "after-", 1);
        tell(environment, after);
        Thread.sleep(WOULD_HAVE_RUNG);

        assertThat(after.getFirst().offset())
            .as("offsets are used again")
            .isEqualTo(cut.getFirst().offset());
        assertThat(pushes(environment, "after-")).isEqualTo(1);
        assertThat(pushes(environment, "kept-"))
            .as("pushes of calls that were accepted")
            .isEqualTo(KEPT);
        kafka.startBroker(0);
      }
    }
  }

  private static List<Origin> call(CallEnvironment environment, String name, int calls) {
    List<Origin> origins = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      String value =
          """
          {"callId":"%s%d","callee":"alice","ringSeconds":90,"caller":{"uri":"sip:bob@example.com"}}
          """
              .formatted(name, call);
      origins.add(
          environment
              .platform()
              .publish(
                  new ProducerRecord<>(
                      INVITES.topic(), 0, "alice".getBytes(UTF_8), value.getBytes(UTF_8))));
    }
    return origins;
  }

  /** Waits until each call has a result. */
  private static void tell(CallEnvironment environment, List<Origin> calls) {
    await()
        .atMost(SOON)
        .until(
            () -> calls.stream().noneMatch(call -> environment.platform().results(call).isEmpty()));
  }

  private static boolean leadsAfterElection(Admin admin, int broker) throws Exception {
    var _ = admin.electLeaders(ElectionType.UNCLEAN, Set.of(INVITES)).partitions().get();
    return admin.describeTopics(List.of(INVITES.topic())).allTopicNames().get().values().stream()
        .map(topic -> topic.partitions().getFirst().leader())
        .anyMatch(leader -> leader != null && leader.id() == broker);
  }

  private static long pushes(CallEnvironment environment, String call) {
    return environment.production().pushes().stream()
        .filter(push -> push.json().at("/call/id").asText().startsWith(call))
        .count();
  }

  /** The invites on the two brokers that fail one after the other, all else on the third. */
  private static void createTopics(Admin admin) throws Exception {
    Map<String, String> uncleanly =
        Map.of(
            "unclean.leader.election.enable", "true",
            "min.insync.replicas", "1",
            "message.timestamp.type", "LogAppendTime");
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    create(admin, CallPlatform.INVITES, List.of(0, 1), uncleanly);
    create(admin, CallPlatform.TOKENS, List.of(2), compacted);
    create(
        admin,
        CallPlatform.INVALIDATIONS,
        List.of(2),
        Map.of("cleanup.policy", "compact,delete", "retention.ms", "7776000000"));
    List<String> others = new ArrayList<>();
    others.addAll(List.of(CallPlatform.SIGNALS, CallPlatform.RESULTS, CallPlatform.DEAD_LETTERS));
    IntStream.rangeClosed(1, 3).forEach(number -> others.add("call-invites.retry-" + number));
    for (String topic : others) {
      create(admin, topic, List.of(2), Map.of());
    }
  }

  private static void create(
      Admin admin, String topic, List<Integer> replicas, Map<String, String> configs)
      throws Exception {
    admin
        .createTopics(List.of(new NewTopic(topic, Map.of(0, replicas)).configs(configs)))
        .all()
        .get();
  }
}
