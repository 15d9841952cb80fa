package dev.ringpost.testing.guarantees;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.Device;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestInTurn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The checkers of what stands on Kafka's topics beside records that they must find out. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckersOfRecordsTest {

  private static final UserId ALICE = new UserId("alice");
  private static final Duration RING = Duration.ofSeconds(30);
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private LocalKafka kafka;
  private Admin admin;
  private CallPlatform platform;

  @BeforeAll
  void start() throws Exception {
    kafka = LocalKafka.start();
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    List<NewTopic> topics =
        Stream.of(
                CallPlatform.INVITES,
                CallPlatform.RESULTS,
                CallPlatform.DEAD_LETTERS,
                CallPlatform.INVALIDATIONS,
                CommitNeverPassesUnsettled.RETRIES + 1)
            .map(name -> new NewTopic(name, 1, (short) 1))
            .toList();
    var _ = admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
    platform = new CallPlatform(kafka.bootstrapServers());
  }

  @AfterAll
  void stop() {
    platform.close();
    admin.close(Duration.ZERO);
    kafka.close();
  }

  private Origin invite(String call) {
    return platform.invite(new CallId(call), ALICE, RING);
  }

  private void tell(Origin invite, boolean last) {
    String result =
        """
        {"callId": "call", "invite": {"topic": "%s", "partition": %d, "offset": %d}, "final": %s}
        """
            .formatted(invite.topic(), invite.partition(), invite.offset(), last);
    store(
        new ProducerRecord<>(CallPlatform.RESULTS, "call".getBytes(UTF_8), result.getBytes(UTF_8)));
  }

  private void about(String topic, Origin invite) {
    var record = new ProducerRecord<>(topic, "alice".getBytes(UTF_8), "{}".getBytes(UTF_8));
    Map.of(
            "ringpost-origin-topic", invite.topic(),
            "ringpost-origin-partition", Integer.toString(invite.partition()),
            "ringpost-origin-offset", Long.toString(invite.offset()))
        .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    store(record);
  }

  private void store(ProducerRecord<byte[], byte[]> record) {
    Origin _ = platform.store(record);
  }

  private void commit(String group, Origin invite) throws Exception {
    var _ =
        admin
            .alterConsumerGroupOffsets(
                group,
                Map.of(
                    new TopicPartition(invite.topic(), invite.partition()),
                    new OffsetAndMetadata(invite.offset() + 1)))
            .all()
            .get(30, TimeUnit.SECONDS);
  }

  @TestInTurn
  void anInviteWithoutAFinalVerdictIsNotSettled() {
    Origin invite = invite("untold");
    var settled = new EveryInviteSettled(platform);
    assertThat(breachesOf(settled, invite)).hasSize(1);

    tell(invite, false);
    await().atMost(WITHIN).until(() -> !platform.results(invite).isEmpty());
    assertThat(breachesOf(settled, invite)).as("only retrying").hasSize(1);

    tell(invite, true);
    await().atMost(WITHIN).until(() -> breachesOf(settled, invite).isEmpty());
  }

  private static List<String> breachesOf(EveryInviteSettled settled, Origin invite) {
    String place = invite.topic() + "-" + invite.partition() + "@" + invite.offset() + " ";
    return settled.breaches().stream().filter(breach -> breach.startsWith(place)).toList();
  }

  @TestInTurn
  void aCommitBeyondAnInviteOfWhichNothingIsStoredIsSeen() throws Exception {
    assertThat(committed("untold", invite("committed"))).hasSize(1);
  }

  @TestInTurn
  void aCommitBeyondAnInviteThatIsOnlySaidToBeRetriedIsSeen() throws Exception {
    Origin invite = invite("said-to-be-retried");
    tell(invite, false);

    assertThat(committed("retrying", invite)).hasSize(1);
  }

  @TestInTurn
  void aCommitBeyondWhatIsStoredIsWell() throws Exception {
    Origin told = invite("told");
    tell(told, true);
    Origin retried = invite("retried");
    about(CommitNeverPassesUnsettled.RETRIES + 1, retried);
    Origin dead = invite("dead");
    about(CallPlatform.DEAD_LETTERS, dead);

    assertThat(committed("well", told)).isEmpty();
    assertThat(committed("well", retried)).isEmpty();
    assertThat(committed("well", dead)).isEmpty();
  }

  /** What is said of one invite, whose group has committed it. */
  private List<String> committed(String group, Origin invite) throws Exception {
    commit(group, invite);
    try (var commits =
        CommitNeverPassesUnsettled.among(kafka.bootstrapServers(), group, () -> Set.of(invite))) {
      List<String> breaches = commits.breaches();
      assertThat(commits.looks()).isPositive();
      return breaches;
    }
  }

  @TestInTurn
  void aTokenThatDidNotDieIsForgottenWrongly() {
    var tokens = new NoGoodTokenForgotten(platform);
    Device phone = Samples.device("forgotten");
    platform.invalidate(ALICE, phone, Instant.now(), 0);
    assertThat(tokens.breaches())
        .singleElement()
        .asString()
        .contains(phone.token().digest().value());
    assertThat(tokens.forgotten()).isEqualTo(1);

    tokens.died(phone.token());
    assertThat(tokens.breaches()).isEmpty();
  }
}
