package dev.ringpost.directory;

import static dev.ringpost.directory.DirectoryFixture.SOON;
import static dev.ringpost.directory.DirectoryFixture.awaitLive;
import static dev.ringpost.directory.DirectoryFixture.bytes;
import static dev.ringpost.directory.DirectoryFixture.live;
import static dev.ringpost.directory.DirectoryFixture.registration;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.polling.CorruptBatch;
import dev.ringpost.testing.DamagedLog;
import dev.ringpost.testing.DamagedLog.Damage;
import dev.ringpost.testing.DamagedLog.TooLarge;
import dev.ringpost.testing.Samples;
import dev.ringpost.testing.TestInTurn;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The cost of one flipped byte on a broker's disk: its batch, reported by position, and nothing
 * else.
 */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(DirectoryFixture.THREADS)
class CorruptBatchTest {

  private static final DirectoryKafka kafka = new DirectoryKafka();

  private final DirectoryFixture fixture = new DirectoryFixture(kafka);

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @TestInTurn
  void oneRegistrationThatCannotBeReadCostsItsPhoneAlone() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(0, "bob/phone", "02");
    fixture.register(0, "carol/phone", "03");
    fixture.register(1, "dave/phone", "04");
    flip(fixture.tokens(), 0, "bob/phone");

    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");
      assertThat(live(directory, "bob")).isEmpty();
      assertThat(live(directory, "carol")).containsExactly("phone=03");
      assertThat(live(directory, "dave")).containsExactly("phone=04");
      assertThat(unreadable("tokens")).isEqualTo(1);
      assertThat(skipped("tokens")).isEqualTo(1);

      fixture.register(0, "bob/phone", "05");
      awaitLive(directory, "bob", "phone=05");
    }
  }

  @TestInTurn
  void aBatchOfManyIsPassedAsOneAndNoneOfItsNeighboursWithIt() throws Exception {
    fixture.createAll();
    int users = 600;
    try (var batching = kafka.producer(Map.of("linger.ms", 200, "batch.size", 1 << 20))) {
      for (int user = 0; user < users; user++) {
        String key = "user-%03d/phone".formatted(user);
        String token = "%04x".formatted(user);
        var _ =
            batching.send(
                new ProducerRecord<>(fixture.tokens(), 0, bytes(key), bytes(registration(token))));
        if (user % 200 == 99) {
          batching.flush();
        }
      }
    }
    flip(fixture.tokens(), 0, "user-150/phone");
    flip(fixture.tokens(), 0, "user-550/phone");

    try (Directory directory = fixture.loaded()) {
      List<Integer> missing =
          IntStream.range(0, users)
              .filter(user -> live(directory, "user-%03d".formatted(user)).isEmpty())
              .boxed()
              .toList();
      assertThat(missing).contains(150, 550).doesNotContain(0, 99, 300, 350, 400, 499);
      assertThat(unreadable("tokens")).isEqualTo(missing.size());
      assertThat(skipped("tokens")).isEqualTo(2);
      assertThat(probe())
          .returns((long) missing.size(), ViewCheck.Reading::unreadable)
          .returns((long) users - missing.size(), ViewCheck.Reading::records)
          .returns(true, ViewCheck.Reading::whole)
          .extracting(reading -> reading.firstUnreadable().orElseThrow())
          .asString()
          .startsWith("partition 0, offset 100: ");
    }
  }

  @TestInTurn
  void theOtherViewsPassWhatTheyCannotRead() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.send(fixture.dead(), 0, null, "corrupt/phone", "{}");
    for (String call : List.of("first", "second", "third")) {
      fixture.send(
          fixture.calls(),
          1,
          null,
          call,
          "{\"callId\": \"%s\", \"type\": \"ended\"}".formatted(call));
    }
    flip(fixture.dead(), 0, "corrupt/phone");
    flip(fixture.calls(), 1, "second");

    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");
      assertThat(directory.calls().ended(invite("first"))).isTrue();
      assertThat(directory.calls().ended(invite("second"))).isFalse();
      assertThat(directory.calls().ended(invite("third"))).isTrue();
      assertThat(unreadable("invalidations")).isEqualTo(1);
      assertThat(unreadable("signals")).isEqualTo(1);
    }
  }

  @TestInTurn
  void aRecordThatBreaksWhileItIsFollowedIsPassedToo() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    try (Directory directory = fixture.loaded()) {
      // Broken before the follower's next fetch of the same partition can see it whole.
      fixture.register(1, "bob/phone", "02");
      flip(fixture.tokens(), 1, "bob/phone");
      fixture.register(1, "carol/phone", "03");
      awaitLive(directory, "carol", "phone=03");
    }
    try (Directory again = fixture.loaded()) {
      assertThat(live(again, "bob")).isEmpty();
      assertThat(live(again, "carol")).containsExactly("phone=03");
    }
  }

  @TestInTurn
  void recordsThatClaimToStandBehindTheEndArePassedWithAllUpToIt() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(0, "bob/phone", "02");
    fixture.register(0, "carol/phone", "03");
    fixture.register(1, "dave/phone", "04");
    damage("bob/phone", TooLarge.FIRST_OFFSET);

    try (Directory directory = fixture.loaded()) {
      assertThat(live(directory, "alice")).containsExactly("phone=01");
      assertThat(live(directory, "bob")).isEmpty();
      assertThat(live(directory, "carol")).isEmpty();
      assertThat(live(directory, "dave")).containsExactly("phone=04");
      assertThat(unreadable("tokens")).isEqualTo(2);
      assertThat(skipped("tokens")).isEqualTo(1);
    }
    assertThat(probe().unreadable()).isEqualTo(2);
  }

  @TestInTurn
  void aPartitionThatStandsShortOfItsEndIsNamed() throws Exception {
    fixture.createAll();
    fixture.register(0, "alice/phone", "01");
    fixture.register(0, "bob/phone", "02");
    fixture.register(0, "carol/phone", "03");
    fixture.register(1, "dave/phone", "04");
    damage("bob/phone", TooLarge.LENGTH);

    CompletableFuture<ViewCheck.Reading> probed =
        CompletableFuture.supplyAsync(
            () -> probe(Standstill.PATIENCE.plusSeconds(10)),
            task -> Thread.ofVirtual().start(task));
    try (Directory directory = fixture.started()) {
      await()
          .atMost(Standstill.PATIENCE.plus(SOON))
          .untilAsserted(
              () ->
                  assertThat(directory.notLoaded())
                      .containsExactly(
                          "topic "
                              + fixture.tokens()
                              + " is being read: partition 0 is stuck at offset 1, short of its"
                              + " end, and nothing comes"));
      assertThat(
              fixture
                  .registry()
                  .get("ringpost.view.unread.partitions")
                  .tag("view", "tokens")
                  .gauge())
          .returns(1.0, Gauge::value);
      assertThat(live(directory, "alice")).containsExactly("phone=01");
      assertThat(live(directory, "dave")).containsExactly("phone=04");
    }
    assertThat(probed.join())
        .returns(Optional.of("partition 0, offset 1"), ViewCheck.Reading::standing)
        .returns(false, ViewCheck.Reading::whole);
  }

  @Test
  @Timeout(30)
  void aPartitionStandsOnceItHasComeNoFurtherForAWhile() {
    var slow = new TopicPartition("tokens", 0);
    var fast = new TopicPartition("tokens", 1);
    var standstill = new Standstill();
    long patience = Standstill.PATIENCE.toNanos();
    long start = Long.MAX_VALUE - 5;

    assertThat(standstill.among(Map.of(slow, 3L, fast, 3L), start)).isEmpty();
    assertThat(standstill.among(Map.of(slow, 3L, fast, 4L), start + patience - 1)).isEmpty();
    assertThat(standstill.among(Map.of(slow, 2L, fast, 5L), start + patience))
        .containsExactly(Map.entry(slow, 3L));
    assertThat(standstill.among(Map.of(), start + patience)).isEmpty();
    assertThat(standstill.among(Map.of(slow, 3L), start + 2 * patience)).isEmpty();
  }

  @Test
  @Timeout(30)
  void onlyWordsAboutAPartitionOfTheTopicAreABatch() {
    var one = new TopicPartition("tokens", 1);
    var eleven = new TopicPartition("tokens", 11);
    List<TopicPartition> all = List.of(one, eleven);
    var broken =
        new KafkaException("fetching the next record from tokens-11.", new KafkaException("x"));

    assertThat(CorruptBatch.in(broken, all)).map(CorruptBatch::partition).contains(eleven);
    assertThat(CorruptBatch.in(new KafkaException("at my-tokens-1"), all)).isEmpty();
    assertThat(CorruptBatch.in(new KafkaException("at tokens-1.copy-0."), all)).isEmpty();
    assertThat(CorruptBatch.in(new KafkaException("something else"), all)).isEmpty();
    assertThat(CorruptBatch.in(new TimeoutException("position of tokens-1"), all)).isEmpty();
    assertThat(CorruptBatch.in(new TopicAuthorizationException("tokens-1"), all)).isEmpty();
  }

  @Test
  @Timeout(30)
  void recordsThatThisProcessLacksTheCodeForAreNotPassed() {
    var e =
        new KafkaException(
            "fetching the next record from tokens-0.",
            new KafkaException(new UnsatisfiedLinkError("libzstd: Operation not permitted")));
    var partition = new TopicPartition("tokens", 0);

    assertThat(CorruptBatch.in(e, List.of(partition)))
        .hasValueSatisfying(batch -> assertThat(batch.failure().isForWantOfCode()).isTrue());
  }

  /** What {@code ringpost check} counts. */
  private ViewCheck.Reading probe() {
    return probe(SOON);
  }

  /** As above, of a topic that is not whole, which is read until the patience has ended. */
  private ViewCheck.Reading probe(Duration patience) {
    return ViewCheck.ofTokens(fixture.settings(Duration.ofMinutes(1))).read(patience);
  }

  private void damage(String word, TooLarge number) throws Exception {
    DamagedLog.damage(
        kafka.bootstrapServers(), new TopicPartition(fixture.tokens(), 0), word, number);
  }

  private double unreadable(String view) {
    return fixture.registry().get("ringpost.view.unreadable").tag("view", view).gauge().value();
  }

  private double skipped(String view) {
    return fixture
        .registry()
        .get("ringpost.view.skipped")
        .tags("view", view, "reason", "unreadable")
        .counter()
        .count();
  }

  private static CallInvite invite(String call) {
    CallInvite any = Samples.invite();
    return new CallInvite(
        new CallId(call),
        any.callUuid(),
        any.callee(),
        any.caller(),
        any.media(),
        any.invitedAt(),
        any.deadline(),
        Optional.empty(),
        Set.of(),
        any.custom());
  }

  private static void flip(String topic, int partition, String word) throws Exception {
    DamagedLog.damage(
        kafka.bootstrapServers(), new TopicPartition(topic, partition), word, Damage.VALUE);
  }
}
