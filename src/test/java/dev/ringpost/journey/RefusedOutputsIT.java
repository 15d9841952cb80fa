package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.guarantees.CommitNeverPassesUnsettled;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NoNeedlessDoubleRing;
import dev.ringpost.testing.guarantees.NothingLateRings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An output that Kafka refuses for longer than a ledger lasts: phones ring until the span is used
 * up, then intake pauses, and all is settled when Kafka takes the output again.
 *
 * <p>A cluster of two brokers, of which only the first runs at the beginning: the topic of the
 * first retry asks for both.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedOutputsIT {

  private static final String FIRST_RETRY = "call-invites.retry-1";

  /** Offsets of a partition that may be open; all calls are to one user, so to one partition. */
  private static final int SPAN = 20;

  private static final int BEYOND = 10;
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofMillis(500);
  private static final Duration LOOK = Duration.ofMillis(10);

  private LocalKafka kafka;
  private Admin admin;
  private CallEnvironment environment;
  private CallPlatform platform;
  private CommitNeverPassesUnsettled commits;
  private NoNeedlessDoubleRing doubles;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    kafka =
        LocalKafka.startCluster(
            2,
            Map.of(
                "broker.session.timeout.ms", "3000",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found", "true"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    NewTopic topic = new NewTopic(FIRST_RETRY, Map.of(0, kafka.brokerIds()));
    admin.createTopics(List.of(topic.configs(Map.of("min.insync.replicas", "2")))).all().get();
    kafka.stopBroker(kafka.brokerIds().getLast());
    environment =
        CallEnvironment.on(
                kafka.bootstrapServers(), folder, "intake:\n  ledger-span: " + SPAN + "\n")
            .startWorker();
    platform = environment.platform();
    commits = new CommitNeverPassesUnsettled(platform, "ringpost");
    doubles = new NoNeedlessDoubleRing(environment.production());
  }

  @AfterAll
  void everyGuaranteeHeld() {
    try (LocalKafka _ = kafka;
        Admin _ = admin;
        CallEnvironment _ = environment;
        CommitNeverPassesUnsettled _ = commits) {
      assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
      assertThat(commits.breaches()).isEmpty();
      assertThat(commits.looks()).isPositive();
      assertThat(doubles.breaches()).isEmpty();
      assertThat(new NothingLateRings(environment.production(), platform).breaches()).isEmpty();
    }
  }

  @Test
  void theRightToWriteResultsIsTakenAwayAndGivenBack() throws Exception {
    var user = new UserId("called-in-silence");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    int before = rings(phone);
    // Who has any right to a topic has no other, and nobody has this one.
    admin
        .createAcls(List.of(everybodyMay(AclOperation.READ), everybodyMay(AclOperation.DESCRIBE)))
        .all()
        .get();

    List<Origin> invites = call(user, SPAN);
    awaitFullLedger();
    assertThat(rings(phone) - before).as("phones ring, though nobody can be told").isEqualTo(SPAN);
    invites.addAll(call(user, BEYOND));
    await().during(QUIET).atMost(WITHIN).until(() -> rings(phone) - before == SPAN);
    assertThat(invites).allMatch(invite -> platform.results(invite).isEmpty());

    admin.deleteAcls(List.of(allAbout(CallPlatform.RESULTS))).all().get();
    awaitSettled(invites);
    assertThat(rings(phone) - before).isEqualTo(invites.size());
  }

  /**
   * Stands for a full disk: Kafka takes the log on it offline, and what a producer hears of a topic
   * that asks for two replicas is that one is missing. (With no replica left it would hear that
   * there is no leader, which is a drill of its own.)
   */
  @Test
  void theFirstRetryTopicRefusesEverythingAndThenNothing() {
    var user = new UserId("called-without-retries");
    Device phone = environment.phone("phone");
    environment.give(user, phone);
    int before = rings(phone);
    int triedAgainAtOnce = 1;
    Behaviour unavailable = Behaviour.rejects(503, "ServiceUnavailable");
    environment.production().answerNext(phone.token(), unavailable, unavailable);

    List<Origin> busy = call(user, 1);
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> rings(phone) - before == 1 + triedAgainAtOnce);
    List<Origin> invites = call(user, SPAN - 1);
    awaitSettled(invites);
    awaitFullLedger();
    assertThat(rings(phone) - before)
        .as("phones ring beside what cannot wait")
        .isEqualTo(SPAN + triedAgainAtOnce);
    invites.addAll(call(user, BEYOND));
    await()
        .during(QUIET)
        .atMost(WITHIN)
        .until(() -> rings(phone) - before == SPAN + triedAgainAtOnce);
    assertThat(busy).noneMatch(this::isSettled);

    kafka.startBroker(kafka.brokerIds().getLast());
    awaitSettled(Stream.concat(busy.stream(), invites.stream()).toList());
    assertThat(rings(phone) - before)
        .as("one of them on the next retry too")
        .isEqualTo(SPAN + BEYOND + triedAgainAtOnce + 1);
  }

  private List<Origin> call(UserId user, int times) {
    List<Origin> invites = new ArrayList<>();
    for (int n = 0; n < times; n++) {
      invites.add(platform.invite(environment.freshCall(), user, CallEnvironment.RING));
    }
    return invites;
  }

  private int rings(Device phone) {
    return environment.production().pushes(phone.token()).size();
  }

  private void awaitFullLedger() {
    String line = "ringpost_ledger_span{source=\"invites\"} " + (double) SPAN;
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> environment.worker().get("/metrics").contains(line));
  }

  private void awaitSettled(List<Origin> invites) {
    await()
        .atMost(WITHIN)
        .pollInterval(LOOK)
        .until(() -> invites.stream().allMatch(this::isSettled));
  }

  private boolean isSettled(Origin invite) {
    List<JsonNode> results = platform.results(invite);
    return results.stream()
        .anyMatch(
            result ->
                result.path("final").asBoolean()
                    && result.path("verdict").asText().equals("accepted"));
  }

  private static AclBinding everybodyMay(AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, CallPlatform.RESULTS, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW));
  }

  private static AclBindingFilter allAbout(String topic) {
    return new AclBindingFilter(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL).toFilter(),
        AccessControlEntryFilter.ANY);
  }
}
