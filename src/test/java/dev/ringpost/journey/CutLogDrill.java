package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An unclean election cuts the newest invites or retries off: what stayed in the log rang long ago,
 * and what is written where they stood rings too.
 */
class CutLogDrill {

  private static final int KEPT = 20;
  private static final int CUT = 5;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Longer than a worker takes from reading a record to ringing for it. */
  private static final Duration WOULD_HAVE_RUNG = Duration.ofSeconds(5);

  /** Long enough for a cut between two retries, short enough for a call. */
  private static final Duration RETRIED_AFTER = Duration.ofSeconds(40);

  private static final String AT_ONCE = "at-once-";

  private static final TopicPartition RETRIES =
      new TopicPartition(CallPlatform.INVITES + ".retry-1", 0);
  private static final TopicPartition INVITES = new TopicPartition(CallPlatform.INVITES, 0);

  @Test
  @Timeout(400)
  void whatWasAcceptedBeforeTheCutDoesNotRingAgain(@TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.startCluster();
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin, INVITES.topic());
      try (var environment = CallEnvironment.on(kafka.bootstrapServers(), folder)) {
        environment.startWorker();
        environment.give(new UserId("alice"), environment.phone("iphone-1"));
        tell(environment, call(environment, "kept-", KEPT));
        kafka.stopBroker(1);
        List<Origin> cut = call(environment, "cut-", CUT);
        tell(environment, cut);

        kafka.stopBroker(0);
        kafka.startBroker(1);
        awaitElection(admin, INVITES);
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

  /**
   * The gate stands before retries that are cut off: some of them have rung, some are not due. It
   * must go back to where the log ends now, or calls that are written there are never read.
   */
  @Test
  @Timeout(400)
  void retriesThatAreWrittenWhereOthersWereCutOffRing(@TempDir Path folder) throws Exception {
    try (var kafka = LocalKafka.startCluster();
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      createTopics(admin, RETRIES.topic());
      try (var environment =
          CallEnvironment.on(
              kafka.bootstrapServers(),
              folder,
              "retry: {ladder: %ds}\n".formatted(RETRIED_AFTER.toSeconds()))) {
        environment.production().answerBy(CutLogDrill::onlyTheSecondAttempt);
        environment.startWorker();
        environment.platform().register(new UserId("alice"), environment.phone("iphone-1"));
        awaitRegistered(environment);
        List<Origin> kept = callTwice(environment, "kept-", KEPT);
        tell(environment, kept);
        kafka.stopBroker(1);
        List<Origin> rang = callTwice(environment, "rang-", CUT);
        tell(environment, rang);
        Thread.sleep(RETRIED_AFTER.dividedBy(2));
        List<Origin> cut = callTwice(environment, "cut-", CUT);
        tell(environment, cut);
        await().atMost(SOON).until(() -> retried(environment, "rang-") == CUT);
        long ofCut = retried(environment, "cut-");

        kafka.stopBroker(0);
        kafka.startBroker(1);
        awaitElection(admin, RETRIES);
        List<Origin> after = callTwice(environment, "after-", CUT + 1);
        tell(environment, after);
        Thread.sleep(RETRIED_AFTER.plus(WOULD_HAVE_RUNG));

        assertThat(ofCut).as("the cut came before they were due").isZero();
        assertThat(end(admin, RETRIES)).as("offsets are used again").isEqualTo(KEPT + CUT + 1);
        assertThat(retried(environment, "after-")).isEqualTo(CUT + 1);
        assertThat(retried(environment, "kept-")).isEqualTo(KEPT);
        assertThat(retried(environment, "rang-")).isEqualTo(CUT);
        kafka.startBroker(0);
      }
    }
  }

  /** So many that ring at once among them, or the breaker would open and none be pushed. */
  private static List<Origin> callTwice(CallEnvironment environment, String name, int calls) {
    List<Origin> origins = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      tell(environment, call(environment, AT_ONCE + name + call + "-", 2));
      origins.addAll(call(environment, name + call + "-", 1));
    }
    return origins;
  }

  private static Behaviour onlyTheSecondAttempt(ReceivedPush push) {
    boolean isFirst = push.json().at("/call/attempt").asInt() == 1;
    return isFirst && !push.json().at("/call/id").asText().startsWith(AT_ONCE)
        ? Behaviour.rejects(503, "ServiceUnavailable")
        : Behaviour.accepts();
  }

  private static void awaitRegistered(CallEnvironment environment) {
    await()
        .atMost(SOON)
        .until(
            () ->
                environment
                    .worker()
                    .get("/metrics")
                    .contains("ringpost_view_entries{view=\"tokens\"} 1.0"));
  }

  private static long retried(CallEnvironment environment, String call) {
    return environment.production().pushes().stream()
        .filter(push -> push.json().at("/call/id").asText().startsWith(call))
        .filter(push -> push.json().at("/call/attempt").asInt() == 2)
        .count();
  }

  private static void awaitElection(Admin admin, TopicPartition partition) {
    await().atMost(SOON).ignoreExceptions().until(() -> leadsAfterElection(admin, partition, 1));
  }

  private static long end(Admin admin, TopicPartition partition) throws Exception {
    return admin
        .listOffsets(Map.of(partition, OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  private static List<Origin> call(CallEnvironment environment, String name, int calls) {
    List<Origin> origins = new ArrayList<>();
    for (int call = 0; call < calls; call++) {
      String value =
          """
          {"callId":"%s%d","callee":"alice","ringSeconds":110,"caller":{"uri":"sip:bob@example.com"}}
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

  private static boolean leadsAfterElection(Admin admin, TopicPartition partition, int broker)
      throws Exception {
    var _ = admin.electLeaders(ElectionType.UNCLEAN, Set.of(partition)).partitions().get();
    return admin.describeTopics(List.of(partition.topic())).allTopicNames().get().values().stream()
        .map(topic -> topic.partitions().getFirst().leader())
        .anyMatch(leader -> leader != null && leader.id() == broker);
  }

  private static long pushes(CallEnvironment environment, String call) {
    return environment.production().pushes().stream()
        .filter(push -> push.json().at("/call/id").asText().startsWith(call))
        .count();
  }

  /** One topic on the two brokers that fail one after the other, all else on the third. */
  private static void createTopics(Admin admin, String failing) throws Exception {
    Map<String, String> uncleanly =
        Map.of(
            "unclean.leader.election.enable", "true",
            "min.insync.replicas", "1",
            "message.timestamp.type", "LogAppendTime");
    Map<String, String> appended = Map.of("message.timestamp.type", "LogAppendTime");
    Map<String, String> compacted = Map.of("cleanup.policy", "compact");
    create(admin, CallPlatform.TOKENS, List.of(2), compacted);
    create(
        admin,
        CallPlatform.INVALIDATIONS,
        List.of(2),
        Map.of("cleanup.policy", "compact,delete", "retention.ms", "7776000000"));
    List<String> others = new ArrayList<>();
    others.addAll(
        List.of(
            CallPlatform.INVITES,
            CallPlatform.SIGNALS,
            CallPlatform.RESULTS,
            CallPlatform.DEAD_LETTERS));
    IntStream.rangeClosed(1, 3).forEach(number -> others.add("call-invites.retry-" + number));
    for (String topic : others) {
      boolean fails = topic.equals(failing);
      create(admin, topic, fails ? List.of(0, 1) : List.of(2), fails ? uncleanly : appended);
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
