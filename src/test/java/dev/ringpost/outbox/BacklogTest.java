package dev.ringpost.outbox;

import static dev.ringpost.outbox.OutboxFixture.DEAD;
import static dev.ringpost.outbox.OutboxFixture.RESULTS;
import static dev.ringpost.outbox.OutboxFixture.assertStored;
import static dev.ringpost.outbox.OutboxFixture.deadLetter;
import static dev.ringpost.outbox.OutboxFixture.settled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Attempt;
import dev.ringpost.delivery.Decision;
import dev.ringpost.delivery.Disposition;
import dev.ringpost.delivery.PushReport;
import dev.ringpost.delivery.RetryLadder;
import dev.ringpost.delivery.Verdict;
import dev.ringpost.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one bound on all that waits to be written. */
@Timeout(60)
class BacklogTest {

  private final OutboxFixture fixture = new OutboxFixture();
  private final AtomicLong time = new AtomicLong(-5);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void readingRestsFromTheBoundUntilHalfOfItIsFree() {
    var backlog = new Backlog(100, () -> 0);
    backlog.add(99);
    assertThat(backlog.isFull()).isFalse();
    backlog.add(1);
    assertThat(backlog.isFull()).isTrue();
    backlog.remove(49);
    assertThat(backlog.isFull()).isTrue();
    backlog.remove(1);
    assertThat(backlog.isFull()).isFalse();
    backlog.add(49);
    assertThat(backlog.isFull()).isFalse();
    assertThat(backlog.share()).isEqualTo(0.99);
  }

  @Test
  void readingRestsWhileWhatIsStoredHadToWaitForLong() {
    var backlog = new Backlog(100 * Backlog.CROWD, time::get);
    long since = backlog.add(Backlog.CROWD);
    assertThat(backlog.isBehind()).as("nothing was stored").isFalse();

    time.addAndGet(Backlog.LONG_WAIT.toNanos());
    backlog.stored(since);
    assertThat(backlog.isBehind()).as("not for too long").isFalse();
    time.addAndGet(1);
    backlog.stored(since);
    assertThat(backlog.isBehind()).as("for too long").isTrue();

    backlog.remove(1);
    assertThat(backlog.isBehind()).as("for too long, but little waits").isFalse();
    long later = backlog.add(1);
    assertThat(backlog.isBehind()).as("again").isTrue();
    backlog.stored(later);
    assertThat(backlog.isBehind()).as("a younger one did not wait").isFalse();
  }

  @Test
  void anOutputThatStoresNothingKeepsNobodyFromReading() {
    var backlog = new Backlog(100 * Backlog.CROWD, time::get);
    long since = backlog.add(Backlog.CROWD);
    time.addAndGet(Backlog.LONG_WAIT.toNanos() + 1);
    backlog.stored(since);
    time.addAndGet(Backlog.RECENT.toNanos() - 1);
    assertThat(backlog.isBehind()).isTrue();

    time.addAndGet(1);

    assertThat(backlog.isBehind()).isFalse();
  }

  @Test
  void readingRestsWhileKafkaIsSlowerThanTheReader() {
    ScriptedProducer producer = ScriptedProducer.silent();
    producer.block(DEAD);
    KafkaOutbox outbox = fixture.open(producer, new Backlog(100 * Backlog.CROWD, time::get));
    CompletableFuture<Void> first = outbox.store(settled(Verdict.ACCEPTED));
    var _ = outbox.store(deadLetter(crowd()));
    assertThat(outbox.mustRest()).isFalse();

    time.addAndGet(Backlog.LONG_WAIT.toNanos() + 1);
    await().until(() -> producer.completeNext() || first.isDone());

    assertStored(first);
    assertThat(outbox.mustRest()).isTrue();
    assertThat(outbox.isFull()).isFalse();
  }

  @Test
  void aRecordThatKafkaRefusedBeforeKeepsNobodyFromReading() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(DEAD);
    producer.refuse(RESULTS, new TimeoutException("planted"));
    KafkaOutbox outbox = fixture.open(producer, new Backlog(100 * Backlog.CROWD, time::get));
    CompletableFuture<Void> refused = outbox.store(settled(Verdict.ACCEPTED));
    var _ = outbox.store(deadLetter(crowd()));
    await().until(() -> producer.sends(RESULTS) > 1);
    time.addAndGet(Backlog.LONG_WAIT.toNanos() + 1);

    producer.refuseNoMore(RESULTS);

    assertStored(refused);
    assertThat(outbox.mustRest()).isFalse();
  }

  /** A flawed record as large as a crowd of results. */
  private static Arrival crowd() {
    return new Arrival.Malformed(
        Samples.envelope(new byte[(int) Backlog.CROWD]), OutboxFixture.FLAW, Optional.empty());
  }

  @Test
  void everyOutputCountsAndIsGivenBackOnceItIsStored() {
    var retry =
        new Disposition.Retry(
            Attempt.first(Samples.invite()).next(Optional.empty(), 0),
            new RetryLadder.Next(1, Samples.NOW));
    List<Decision> each =
        List.of(
            settled(Verdict.ACCEPTED),
            deadLetter(Samples.malformed(OutboxFixture.FLAW, Optional.empty())),
            new Decision(Samples.invited(), Samples.pushes(), retry, Samples.NOW),
            new Decision(
                Samples.invited(),
                Samples.pushes(),
                new Disposition.Final(Verdict.ALL_DEAD),
                List.of(Samples.invalidation()),
                Samples.NOW,
                Samples.NOW));
    ScriptedProducer producer = ScriptedProducer.silent();
    KafkaOutbox outbox = fixture.open(producer);
    List<CompletableFuture<Void>> stored = new ArrayList<>();
    double before = 0;
    for (Decision decision : each) {
      stored.add(outbox.store(decision));
      assertThat(fixture.backlog()).isGreaterThan(before);
      before = fixture.backlog();
    }

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!stored.stream().allMatch(CompletableFuture::isDone) && System.nanoTime() < deadline) {
      producer.completeNext();
    }
    stored.forEach(OutboxFixture::assertStored);
    assertThat(fixture.backlog()).isCloseTo(0, within(1e-12));
  }

  @Test
  void whatIsGivenUpIsGivenBackToo() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.refuse(RESULTS, new RecordTooLargeException("planted"));
    KafkaOutbox outbox = fixture.open(producer);

    assertStored(outbox.store(settled(Verdict.ACCEPTED)));

    assertThat(fixture.backlog()).isZero();
  }

  @Test
  void theInviteThatARecordKeepsInMemoryCounts() {
    KafkaOutbox outbox = fixture.open(ScriptedProducer.silent());
    byte[] large = new byte[(int) OutboxFixture.BACKLOG_BYTES];
    Arrival arrival = new Arrival.Invited(Samples.envelope(large), Attempt.first(Samples.invite()));

    CompletableFuture<Void> done = outbox.store(settled(arrival, Verdict.ACCEPTED));

    assertThat(outbox.isFull()).isTrue();
    assertThat(done).isNotDone();
  }

  @Test
  void theResultThatARetryKeepsReadyCounts() {
    KafkaOutbox outbox = fixture.open(ScriptedProducer.silent());
    var retry =
        new Disposition.Retry(
            Attempt.first(Samples.invite()).next(Optional.empty(), 0),
            new RetryLadder.Next(1, Samples.NOW));
    var told = new Disposition.Final(Verdict.ACCEPTED);

    double oneMoreTold = growth(outbox, told, 2) - growth(outbox, told, 1);
    double oneMoreRetried = growth(outbox, retry, 2) - growth(outbox, retry, 1);

    assertThat(oneMoreTold).isPositive();
    assertThat(oneMoreRetried)
        .as("told twice, if Kafka refuses it")
        .isGreaterThan(1.5 * oneMoreTold);
  }

  /** What a settlement with so many devices adds to the backlog. */
  private double growth(KafkaOutbox outbox, Disposition disposition, int devices) {
    double before = fixture.backlog();
    PushReport[] pushes =
        IntStream.range(0, devices)
            .mapToObj(n -> Samples.accepted(Samples.device("phone-" + n)))
            .toArray(PushReport[]::new);
    var _ =
        outbox.store(
            new Decision(Samples.invited(), Samples.pushes(pushes), disposition, Samples.NOW));
    return fixture.backlog() - before;
  }

  @Test
  void nothingIsRefusedWhenItIsFullAndItEndsWhenKafkaAnswers() {
    ScriptedProducer producer = ScriptedProducer.willing();
    producer.block(RESULTS);
    KafkaOutbox outbox = fixture.open(producer);
    List<CompletableFuture<Void>> stored = new ArrayList<>();
    while (!outbox.isFull()) {
      assertThat(outbox.mustRest()).isFalse();
      stored.add(outbox.store(settled(Verdict.ACCEPTED)));
    }
    assertThat(outbox.mustRest()).isTrue();
    stored.add(outbox.store(settled(Verdict.ACCEPTED)));
    int expected = (int) (OutboxFixture.BACKLOG_BYTES / Backlog.OVERHEAD);
    assertThat(stored).hasSizeBetween(expected / 4, expected + 1);

    producer.blockNoMore(RESULTS);

    stored.forEach(OutboxFixture::assertStored);
    assertThat(outbox.isFull()).isFalse();
    assertThat(producer.taken(RESULTS)).hasSize(stored.size());
  }
}
