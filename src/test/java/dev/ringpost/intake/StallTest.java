package dev.ringpost.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ringpost.events.RingSettings;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A process that stands still, or a machine that fails, in the midst of a turn of the consumer's
 * loop: whoever notices first, nothing of what was open rings, and all of it is read again.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class StallTest {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final Duration SESSION = Duration.ofSeconds(6);

  /** Longer than the lease, shorter than the session: the group has not noticed. */
  private static final Duration STALL = Duration.ofSeconds(5);

  private final AtomicLong nanoTime = new AtomicLong();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final RecordingConsumer first = new RecordingConsumer();
  private final RecordingConsumer second = new RecordingConsumer();
  private final Deque<RecordingConsumer> made = new ArrayDeque<>(List.of(first, second));
  private final HeldArrivals arrivals = new HeldArrivals();
  private final Map<Long, Runnable> events = new ConcurrentHashMap<>();
  private final InviteConsumer intake =
      new InviteConsumer(
          new IntakeSettings(
              new IntakeSettings.Source.Fresh("call-invites"),
              "ringpost",
              10,
              100,
              false,
              new RingSettings(Duration.ofSeconds(30), Duration.ofSeconds(120), "call"),
              IntakeSettings.GroupProtocol.CLASSIC,
              Map.of()),
          made::remove,
          () -> new Lease(SESSION, nanoTime::get),
          (arrival, claim, decided) -> {
            events.getOrDefault(arrival.envelope().origin().offset(), () -> {}).run();
            return arrivals.handle(arrival, claim, decided);
          },
          () -> {},
          InstantSource.system(),
          new IntakeMeters(new Telemetry(registry), "invites"));

  @AfterEach
  void close() {
    arrivals.settleAll();
    intake.close();
  }

  @Test
  void aStallThatOnlyTheWriteGuardSawIsSeenByTheLoop() {
    var mayRing = new AtomicBoolean(true);
    events.put(
        1L,
        () -> {
          stall();
          mayRing.set(arrivals.held(P0, 0).getAsBoolean());
          nanoTime.addAndGet(-STALL.toNanos()); // As if the loop were on time again.
        });
    start(0, 1);

    await().until(first::closed);
    assertThat(mayRing).isFalse();
    assertThat(arrivals.held(P0, 0).getAsBoolean()).isFalse();
  }

  @Test
  void aStallThatNobodyAskedAboutIsSeenByTheLoop() {
    events.put(1L, this::stall);
    start(0, 1);

    await().until(first::closed);
    assertThat(changes("lost")).isEqualTo(1);
  }

  @Test
  void afterAStallNothingOfWhatWasReadRingsOrBegins() {
    events.put(0L, this::stall);
    start(0, 1);

    await().until(first::closed);
    assertThat(arrivals.handled(P0)).as("nothing begins").containsExactly(0L);
    assertThat(arrivals.held(P0, 0).getAsBoolean()).as("nothing rings").isFalse();
  }

  @Test
  void whatWasOpenInAStallIsReadAgainAndRings() {
    events.put(1L, this::stall);
    start(0, 1);
    await().until(first::closed);
    BooleanSupplier before = arrivals.held(P0, 0);

    second.assign(P0);
    second.invite(P0, 0);

    await().until(() -> arrivals.held(P0, 0).getAsBoolean());
    assertThat(before.getAsBoolean()).isFalse();
    arrivals.settle(P0, 0);
    await().until(() -> second.lastCommit(P0).offset() == 1);
  }

  @Test
  void whatWasSettledBeforeAStallIsCommittedAfterIt() {
    events.put(
        2L,
        () -> {
          arrivals.settle(P0, 0);
          stall();
        });
    start(0, 1, 2);

    await().until(first::closed);
    assertThat(first.lastCommit(P0).offset()).isEqualTo(1);
  }

  @Test
  void aMachineWithoutMemoryCostsTheConsumerAndNotTheInvite() {
    events.put(
        0L,
        () -> {
          events.clear();
          throw new OutOfMemoryError("planted");
        });
    start(0);
    await().until(first::closed);
    assertThat(first.lastCommit(P0).offset()).isZero();

    second.assign(P0);
    second.invite(P0, 0);

    await().until(() -> arrivals.handled(P0).contains(0L));
    await().until(intake::joined);
    assertThat(inFlight()).as("places taken").isEqualTo(1);
  }

  @Test
  void aClassThatIsMissingCostsItsInviteAndNotTheConsumer() {
    events.put(
        0L,
        () -> {
          throw new NoClassDefFoundError("planted");
        });
    start(0, 1);
    await().until(() -> arrivals.handled(P0).contains(1L));
    arrivals.settle(P0, 1);

    await().until(() -> first.lastCommit(P0).offset() == 2);
    assertThat(first.closed()).isFalse();
    assertThat(registry.get("ringpost.invites.given.up").counter().count()).isEqualTo(1);
  }

  @Test
  void aConsumerWhoseThreadHasEndedIsNotJoined() {
    start(0);
    await().until(intake::joined);

    arrivals.settleAll();
    intake.close();

    assertThat(intake.joined()).isFalse();
  }

  @Test
  void aConsumerThatCannotBeMadeAnewIsNotJoined() {
    made.removeLast();
    events.put(
        1L,
        () -> {
          throw new OutOfMemoryError("planted");
        });
    start(0);
    await().until(intake::joined);

    first.invite(P0, 1);

    await().until(() -> !intake.joined());
  }

  private void stall() {
    nanoTime.addAndGet(STALL.toNanos());
  }

  private void start(long... offsets) {
    intake.start();
    first.assign(P0);
    first.schedulePollTask(
        () -> {
          for (long offset : offsets) {
            first.addRecord(InviteConsumerFixture.record(P0, offset));
          }
        });
  }

  private double changes(String change) {
    return registry.get("ringpost.rebalances").tag("change", change).counter().count();
  }

  private double inFlight() {
    return registry.get("ringpost.invites.in.flight").gauge().value();
  }
}
