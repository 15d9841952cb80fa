package dev.ringpost.intake;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;

import dev.ringpost.interleavings.Scenario;
import dev.ringpost.telemetry.IntakeMeters;
import dev.ringpost.telemetry.Telemetry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Invites are settled by two threads while the consumer's commits: {@code
 * CommitNeverPassesUnsettled}, and what is settled is told to the next owner.
 */
public final class SettledWhileCommitted implements Scenario {

  private static final TopicPartition P0 = new TopicPartition("call-invites", 0);
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final IntakeMeters METERS =
      new IntakeMeters(new Telemetry(new SimpleMeterRegistry()), "fresh");
  private static final int INVITES = 4;

  @Override
  public void play() throws InterruptedException {
    var kafka = new RecordingConsumer();
    kafka.assign(List.of(P0));
    var ledger =
        new PartitionLedger(
            new Ownership(new Lease(java.time.Duration.ofSeconds(6), () -> 0)), OptionalLong.of(0));
    long[] nanos = {0};
    var commits = new Commits(kafka, Map.of(P0, ledger), () -> NOW, METERS, () -> nanos[0]);
    List<Ticket> tickets = new ArrayList<>();
    for (int offset = 0; offset < INVITES; offset++) {
      tickets.add(ledger.open(offset, NOW, Optional.empty()));
    }
    var settled = new AtomicIntegerArray(INVITES);

    together(
        () -> {
          for (int round = 0; round < 3; round++) {
            commit(commits, nanos);
            passesNothing(kafka, settled);
          }
        },
        () -> settle(tickets, settled, 3),
        () -> {
          settle(tickets, settled, 1);
          settle(tickets, settled, 2);
          settle(tickets, settled, 3);
        });

    commit(commits, nanos);
    promise(
        kafka.lastCommit(P0).offset() == 0
            && kafka.lastNote(P0).settled().runs().equals(Map.of(1L, 4L)),
        "the next owner would ring again what is settled: " + kafka.lastNote(P0));
    settle(tickets, settled, 0);
    commit(commits, nanos);
    promise(kafka.lastCommit(P0).offset() == INVITES, "settled, and not committed");
  }

  private static void settle(List<Ticket> tickets, AtomicIntegerArray settled, int offset) {
    settled.set(offset, 1);
    tickets.get(offset).settle();
  }

  private static void commit(Commits commits, long[] nanos) {
    nanos[0] += Commits.COMMIT_INTERVAL.toNanos();
    commits.commitIfDue(Set.of());
  }

  private static void passesNothing(RecordingConsumer kafka, AtomicIntegerArray settled) {
    OffsetAndMetadata last = kafka.lastCommit(P0);
    SettledOffsets beyond = kafka.lastNote(P0).settled();
    for (int offset = 0; offset < INVITES; offset++) {
      if (offset < last.offset() || beyond.contains(offset)) {
        promise(settled.get(offset) == 1, offset + " is committed and not settled");
      }
    }
  }
}
