package dev.ringpost.intake;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition that goes while its invites ring on two threads. Its last commit passes nothing
 * unsettled and leaves nothing out that was settled in time: {@code CommitNeverPassesUnsettled} and
 * {@code NoNeedlessDoubleRing}. Once it is gone, nothing of it may ring.
 */
final class Handover {

  static final TopicPartition P0 = new TopicPartition("call-invites", 0);

  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final IntakeMeters METERS =
      new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "fresh");
  private static final int INVITES = 3;

  /** How far the clock goes on each time it is asked: so the waits run out, too. */
  private static final long STEP_NANOS = 100_000_000;

  private final RecordingConsumer kafka = new RecordingConsumer();
  private final OwnedPartitions owned =
      new OwnedPartitions(
          kafka,
          new Lease(Duration.ofSeconds(6), () -> 0),
          Duration.ofSeconds(45),
          () -> NOW,
          METERS,
          this::nanoTime,
          _ -> {});
  private final List<Ticket> tickets = new ArrayList<>();
  private final AtomicIntegerArray settled = new AtomicIntegerArray(INVITES);
  private final AtomicIntegerArray inTime = new AtomicIntegerArray(INVITES);
  private long nanos;

  Handover() {
    kafka.assign(List.of(P0));
    owned.onPartitionsAssigned(List.of(P0));
    for (int offset = 0; offset < INVITES; offset++) {
      tickets.add(owned.open(P0, offset, NOW, Optional.empty()));
    }
  }

  /**
   * @param leaving gives the partition away, on the consumer's thread
   */
  void play(Consumer<OwnedPartitions> leaving) throws InterruptedException {
    for (Ticket ticket : tickets) {
      promise(ticket.begin(), "an invite of a partition that is ours may begin");
    }
    together(
        () -> {
          leaving.accept(owned);
          for (Ticket ticket : tickets) {
            promise(!ticket.held(), "it may ring, though the partition is gone");
            promise(!ticket.begin(), "it may begin, though the partition is gone");
          }
        },
        () -> ring(1),
        () -> {
          ring(2);
          ring(0);
        });
    OffsetAndMetadata last = kafka.lastCommit(P0);
    SettledOffsets beyond = kafka.lastNote(P0).settled();
    for (int offset = 0; offset < INVITES; offset++) {
      boolean committed = offset < last.offset() || beyond.contains(offset);
      promise(!committed || settled.get(offset) == 1, offset + " is committed and not settled");
      promise(committed || inTime.get(offset) == 0, offset + " was settled and rings again");
    }
  }

  /** For the consumer's thread. */
  private long nanoTime() {
    nanos += STEP_NANOS;
    return nanos;
  }

  private void ring(int offset) {
    Ticket ticket = tickets.get(offset);
    if (ticket.held()) {
      settled.set(offset, 1);
      ticket.settle();
      if (ticket.held()) {
        inTime.set(offset, 1);
      }
    }
  }
}
