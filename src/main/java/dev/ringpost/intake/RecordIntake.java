package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.intake.waiting.CatchUp;
import dev.ringpost.intake.waiting.DelayGate;
import dev.ringpost.polling.Envelopes;
import dev.ringpost.telemetry.IntakeMeters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The way of records from a poll to their handling: those whose time has come are taken in their
 * order, and at the first that has to wait the consumer goes back. The consumer's thread alone
 * calls it.
 */
final class RecordIntake {

  private final Subscription subscription;
  private final InviteHandling handling;
  private final DelayGate gate;
  private final CatchUp catchUp;
  private final InstantSource clock;
  private final IntakeMeters meters;

  RecordIntake(
      Subscription subscription,
      InviteHandling handling,
      DelayGate gate,
      CatchUp catchUp,
      InstantSource clock,
      IntakeMeters meters) {
    this.subscription = subscription;
    this.handling = handling;
    this.gate = gate;
    this.catchUp = catchUp;
    this.clock = clock;
    this.meters = meters;
  }

  /** Takes records up to the first that has to wait; the consumer goes back to that one. */
  void take(
      Consumer<byte[], byte[]> consumer,
      OwnedPartitions owned,
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records) {
    Duration behind = catchUp.left(handling.signalsBehind());
    if (behind.isPositive()) {
      goBack(consumer, partition, records, records.getFirst().offset(), behind);
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Instant now = clock.instant();
      Envelope envelope = Envelopes.of(record);
      Optional<DelayGate.Due> due = subscription.due(envelope);
      if (due.isPresent()) {
        Duration left = gate.left(partition, record.offset(), due.get(), now);
        if (left.isPositive()) {
          goBack(consumer, partition, records, record.offset(), left);
          return;
        }
        meters.retryLate(Duration.between(due.get().at(), now));
      }
      Ticket ticket =
          owned.open(
              partition, record.offset(), envelope.origin().timestamp(), record.leaderEpoch());
      if (!ticket.settled()) {
        handling.take(envelope, () -> subscription.decode(envelope, now), ticket);
      }
    }
  }

  private void goBack(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      List<ConsumerRecord<byte[], byte[]>> records,
      long offset,
      Duration wait) {
    gate.shut(partition, offset, records.getLast().offset(), wait);
    consumer.seek(partition, offset);
  }

  /** Takes a record that Kafka's client cannot hand out, as what is known of it. */
  void skip(OwnedPartitions owned, TopicPartition partition, long offset, String detail) {
    Arrival lost = Envelopes.unreadable(partition, offset, clock.instant(), detail);
    Ticket ticket =
        owned.open(partition, offset, lost.envelope().origin().timestamp(), Optional.empty());
    handling.take(lost.envelope(), () -> lost, ticket);
  }
}
