package dev.ringpost.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.TopicContents;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.guarantees.EveryInviteSettled;
import dev.ringpost.testing.guarantees.NothingLateRings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dead letters and the words of dead tokens that Kafka refuses for a while: other calls ring, no
 * offset of what waits is committed, and all is stored when Kafka takes them again.
 */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RefusedLettersIT {

  private static final UserId OTHER = new UserId("called-beside-it");
  private static final String GROUP = "ringpost";
  private static final int LETTERS = 5;
  private static final int PARTITIONS = 6;
  private static final Duration WITHIN = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(1);

  private LocalKafka kafka;
  private Admin admin;
  private CallEnvironment environment;
  private CallPlatform platform;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka =
        LocalKafka.start(
            Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true"));
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    platform = environment.platform();
    environment.give(OTHER, environment.phone("phone"));
  }

  @AfterAll
  void everyGuaranteeHeld() {
    try (LocalKafka _ = kafka;
        Admin _ = admin;
        CallEnvironment _ = environment) {
      assertThat(new EveryInviteSettled(platform).breaches()).isEmpty();
      assertThat(new NothingLateRings(environment.production(), platform).breaches()).isEmpty();
    }
  }

  @Test
  @Order(1)
  void theRightToWriteDeadLettersIsTakenAwayAndGivenBack() throws Exception {
    takeTheRightToWrite(CallPlatform.DEAD_LETTERS);

    Origin first = platform.publish("spoilt", "not json");
    for (int n = 1; n < LETTERS; n++) {
      platform.publish("spoilt", "not json");
    }
    awaitWaiting("dead_letter", LETTERS);
    assertThat(othersRing()).isTrue();
    awaitUncommitted(first);
    assertThat(platform.deadLetters()).isEmpty();

    giveItBack(CallPlatform.DEAD_LETTERS);
    soon().until(() -> platform.deadLetters().size() == LETTERS);
    soon().until(() -> committed(first) >= first.offset() + LETTERS);
    awaitWaiting("dead_letter", 0);
  }

  @Test
  @Order(2)
  void theRightToWriteInvalidationsIsTakenAwayAndGivenBack() throws Exception {
    var user = new UserId("sold-the-phone");
    Device phone = environment.phone("dead");
    environment.give(user, phone);
    environment
        .production()
        .answer(phone.token(), Behaviour.rejects(410, "Unregistered", Instant.now()));
    takeTheRightToWrite(CallPlatform.INVALIDATIONS);

    Origin invite = platform.invite(environment.freshCall(), user, CallEnvironment.RING);
    awaitWaiting("invalidation", 1);
    assertThat(othersRing()).isTrue();
    awaitUncommitted(invite);
    assertThat(invalidations()).isZero();

    giveItBack(CallPlatform.INVALIDATIONS);
    soon().until(() -> invalidations() == 1);
    soon().until(() -> committed(invite) > invite.offset());
    environment.callUntil(user, result -> result.path("verdict").asText().equals("all_dead"));
  }

  /** Last, for who reads it by offsets may pass over what the new one begins with. */
  @Test
  @Order(3)
  void theTopicOfDeadLettersIsDeletedAndMadeAgain() throws Exception {
    admin.deleteTopics(List.of(CallPlatform.DEAD_LETTERS)).all().get();
    soon().until(() -> !admin.listTopics().names().get().contains(CallPlatform.DEAD_LETTERS));

    Origin flawed = platform.publish("flawed", "{\"callId\": \"flawed\", \"callee\": 7}");
    assertThat(environment.resultOf(flawed).path("verdict").asText()).isEqualTo("failed");
    awaitWaiting("dead_letter", 1);
    assertThat(othersRing()).isTrue();
    awaitUncommitted(flawed);

    NewTopic again = new NewTopic(CallPlatform.DEAD_LETTERS, PARTITIONS, (short) 1);
    String time = TimestampType.LOG_APPEND_TIME.name;
    admin
        .createTopics(
            List.of(again.configs(Map.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, time))))
        .all()
        .get();
    soon().until(() -> committed(flawed) > flawed.offset());
    awaitWaiting("dead_letter", 0);
    assertThat(TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.DEAD_LETTERS))
        .extracting(TopicContents::inviteOf)
        .contains(flawed.partition() + "@" + flawed.offset());
  }

  private boolean othersRing() {
    return environment.call(OTHER).path("verdict").asText().equals("accepted");
  }

  private long invalidations() {
    return TopicContents.upToNow(kafka.bootstrapServers(), CallPlatform.INVALIDATIONS).size();
  }

  private void awaitWaiting(String kind, int records) {
    String line = "ringpost_outputs_waiting{kind=\"%s\"} %d.0".formatted(kind, records);
    soon().until(() -> environment.worker().get("/metrics").contains(line));
  }

  private void awaitUncommitted(Origin invite) {
    await().during(QUIET).atMost(WITHIN).until(() -> committed(invite) <= invite.offset());
  }

  /** What the workers' group has committed on the partition of an invite. */
  private long committed(Origin invite) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    OffsetAndMetadata offset = offsets.get(new TopicPartition(invite.topic(), invite.partition()));
    return offset == null ? 0 : offset.offset();
  }

  private static ConditionFactory soon() {
    return await().atMost(WITHIN).pollInterval(LOOK);
  }

  /** Who has any right to a topic has no other, and nobody has this one. */
  private void takeTheRightToWrite(String topic) throws Exception {
    List<AclBinding> rights =
        List.of(everybodyMay(AclOperation.READ, topic), everybodyMay(AclOperation.DESCRIBE, topic));
    admin.createAcls(rights).all().get();
  }

  private void giveItBack(String topic) throws Exception {
    admin.deleteAcls(List.of(allAbout(topic))).all().get();
  }

  private static AclBinding everybodyMay(AclOperation operation, String topic) {
    return new AclBinding(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
        new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW));
  }

  private static AclBindingFilter allAbout(String topic) {
    return new AclBindingFilter(
        new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL).toFilter(),
        AccessControlEntryFilter.ANY);
  }
}
