package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ringpost.call.Origin;
import dev.ringpost.call.UserId;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.tools.dlq.LetterBounds;
import dev.ringpost.tools.dlq.Replay;
import dev.ringpost.tools.dlq.ReplayOrder;
import dev.ringpost.tools.dlq.ReplayReport;
import dev.ringpost.tools.records.SoleOwner;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replays of dead letters that are killed, refused or met by another: each chosen one is published
 * once.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplayDrill {

  private static final AtomicInteger USERS = new AtomicInteger();
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Random RANDOM = new Random();

  private LocalKafka kafka;
  private CallEnvironment environment;
  private ReplayFixture letters;

  @BeforeAll
  void start(@TempDir Path folder) {
    kafka = LocalKafka.start();
    environment = CallEnvironment.on(kafka.bootstrapServers(), folder).startWorker();
    letters = new ReplayFixture(environment);
  }

  @AfterAll
  void stop() {
    environment.close();
    kafka.close();
  }

  @Test
  void aLetterThatWasPublishedAndNotNotedIsNotPublishedAgain() throws Exception {
    UserId user = freshUser();
    Origin published = letters.letter("internal", user, later());
    underWay(published, 0);
    environment.platform().store(marked(published));

    JsonNode report = json(letters.run(ReplayFixture.order(user, Optional.empty(), false)));

    assertThat(report.at("/counts/replayed_before").asInt()).isOne();
    assertThat(letters.published(List.of(published))).hasSize(1);
  }

  /** Workers read past a transaction that hangs: what stands behind it has rung. */
  @Test
  void aLetterThatWasPublishedBehindAnOpenTransactionIsNotPublishedAgain() throws Exception {
    UserId user = freshUser();
    Origin published = letters.letter("internal", user, later());
    underWay(published, 0);
    try (var hanging = transactional()) {
      hanging.initTransactions();
      hanging.beginTransaction();
      hanging.send(new ProducerRecord<>(CallPlatform.INVITES, 0, null, new byte[] {'{'})).get();
      environment.platform().store(marked(published));

      JsonNode report = json(letters.run(ReplayFixture.order(user, Optional.empty(), false)));

      assertThat(report.at("/counts/replayed_before").asInt()).isOne();
      hanging.abortTransaction();
    }
    await().atMost(WITHIN).until(() -> letters.published(List.of(published)).size() == 1);
  }

  @Test
  void aLetterThatWasAboutToBePublishedIsPublished() throws Exception {
    UserId user = freshUser();
    Origin letter = letters.letter("internal", user, later());
    underWay(letter, 0);

    assertThat(
            json(letters.dryRun(ReplayFixture.order(user, Optional.empty(), false)))
                .at("/counts/chosen")
                .asInt())
        .isOne();
    letters.run(ReplayFixture.order(user, Optional.empty(), false));

    assertThat(letters.published(List.of(letter))).hasSize(1);
  }

  @Test
  void aLetterOfWhichNobodyCanTellIsNotPublishedAgainAndSaysSo() throws Exception {
    UserId user = freshUser();
    Origin letter = letters.letter("internal", user, later());
    underWay(letter, 1_000_000);

    JsonNode report = json(letters.run(ReplayFixture.order(user, Optional.empty(), false)));

    assertThat(report.at("/counts/uncertain").asInt()).isOne();
    assertThat(letters.published(List.of(letter))).isEmpty();
  }

  @Test
  void aLetterWhoseInviteKafkaRefusesIsReplayedByTheNextRun() throws Exception {
    UserId user = freshUser();
    Origin letter = letters.letter("internal", user, later());
    limitInvites("50");
    try {
      assertThatThrownBy(() -> letters.run(ReplayFixture.order(user, Optional.empty(), false)))
          .isInstanceOf(UnreadableTopicsException.class)
          .hasMessageStartingWith("0 of 1 letters were replayed; run it again");
    } finally {
      limitInvites("1000000");
    }

    letters.run(ReplayFixture.order(user, Optional.empty(), false));
    assertThat(letters.published(List.of(letter))).hasSize(1);
  }

  @Test
  void eachRunComesToTheLettersThatHadNoPlaceInTheOneBefore() throws Exception {
    UserId user = freshUser();
    List<Origin> live = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      letters.letter("internal", user, Instant.now().minusSeconds(60));
      live.add(letters.letter("internal", user, later()));
    }
    ReplayOrder order = ReplayFixture.order(user, Optional.empty(), false);

    JsonNode first = json(runOfTwo(order));
    assertThat(first.at("/counts/replayed").asInt()).isEqualTo(2);
    assertThat(first.at("/counts/over").asInt()).isEqualTo(3);
    assertThat(first.path("lettersNotLookedAt").asInt()).isOne();

    JsonNode second = json(runOfTwo(order));
    assertThat(second.at("/counts/replayed").asInt()).isOne();
    assertThat(second.at("/counts/replayed_before").asInt()).isEqualTo(2);
    assertThat(second.path("lettersNotLookedAt").asInt()).isZero();
    assertThat(letters.published(live)).hasSize(3);
  }

  /** A run with places for two letters. */
  private ReplayReport runOfTwo(ReplayOrder order) throws Exception {
    var bounds = new LetterBounds(2, 1 << 20);
    try (var replay = new Replay(letters.config(), order, InstantSource.system(), bounds)) {
      return replay.run((_, _) -> {}, (_, _) -> {});
    }
  }

  @Test
  void aSecondReplayIsRefusedWhileOneRuns() throws Exception {
    UserId user = freshUser();
    Origin letter = letters.letter("internal", user, later());
    try (SoleOwner first = letters.owner()) {
      first.own();
      var second =
          Thread.ofVirtual()
              .start(
                  () ->
                      assertThatThrownBy(
                              () -> letters.run(ReplayFixture.order(user, Optional.empty(), false)))
                          .isInstanceOf(UnreadableTopicsException.class)
                          .hasMessageContaining("is taken"));
      while (second.isAlive()) {
        first.rest(Duration.ofMillis(100));
      }
    }
    assertThat(letters.published(List.of(letter))).isEmpty();
    letters.run(ReplayFixture.order(user, Optional.empty(), false));
    assertThat(letters.published(List.of(letter))).hasSize(1);
  }

  @Test
  void killedInTheMiddleAgainAndAgainItPublishesEachChosenLetterOnce(@TempDir Path folder)
      throws Exception {
    UserId user = freshUser();
    List<Origin> chosen = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      chosen.add(letters.letter("wrong_topic", user, Instant.now().minusSeconds(600)));
      letters.letter("internal", user, Instant.now().minusSeconds(600));
    }
    String[] command = {
      "dlq",
      "replay",
      "--callee",
      user.value(),
      "--reason",
      "wrong_topic",
      "--even-if-over",
      "--per-second",
      "15"
    };
    List<Integer> atKills = new ArrayList<>();
    for (int kill = 0; kill < 3; kill++) {
      int before = letters.published(chosen).size();
      Process process = letters.process(folder.resolve("killed-" + kill), command);
      try {
        await()
            .atMost(WITHIN)
            .until(() -> letters.published(chosen).size() > before || !process.isAlive());
        TimeUnit.MILLISECONDS.sleep(RANDOM.nextInt(500));
      } finally {
        process.destroyForcibly().waitFor();
      }
      atKills.add(letters.published(chosen).size());
    }
    Path output = folder.resolve("last");
    Process last = letters.process(output, command);

    assertThat(last.waitFor(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(Files.readString(output)).isZero();
    assertThat(atKills).as("in the middle").allMatch(count -> count < 60).isSorted();
    assertThat(letters.published(chosen))
        .extracting(ReplayFixture::mark)
        .containsExactlyInAnyOrderElementsOf(chosen.stream().map(Origin::toString).toList());
    assertThat(
            json(letters.dryRun(ReplayFixture.order(user, Optional.of("internal"), true)))
                .at("/counts/chosen")
                .asInt())
        .isEqualTo(60);
  }

  private static Instant later() {
    return Instant.now().plusSeconds(90);
  }

  /** An invite that a replay of the letter published, by its mark. */
  private static ProducerRecord<byte[], byte[]> marked(Origin letter) {
    var invite =
        new ProducerRecord<byte[], byte[]>(CallPlatform.INVITES, 0, null, new byte[] {'{'});
    invite.headers().add("ringpost-replay-of", letter.toString().getBytes(UTF_8));
    return invite;
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", "hangs"),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** What a run commits before it publishes a letter. */
  private void underWay(Origin letter, long end) throws Exception {
    try (SoleOwner owner = letters.owner()) {
      ReplayFixture.underWay(owner, letter, end);
    }
  }

  private void limitInvites(String bytes) throws Exception {
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, CallPlatform.INVITES);
    var set =
        new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.incrementalAlterConfigs(Map.of(topic, List.of(set))).all().get();
    }
    TimeUnit.SECONDS.sleep(1);
  }

  private static UserId freshUser() {
    return new UserId("replayed-" + USERS.incrementAndGet());
  }

  private static JsonNode json(ReplayReport report) {
    return CallPlatform.json(report.json());
  }
}
