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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * The way of records from a poll to their handling: those whose time has come are taken in their
 * order. What has to wait is kept where it may come early and there is room; at the first other one
 * the consumer goes back. The consumer's thread alone calls it.
 */
final class RecordIntake {

  /**
   * From this wait on the position is compared with the log meanwhile. The question stands behind a
   * fetch that waits for records ({@link IntakeSettings#FETCH_WAIT}), so that what is due sooner
   * would come late by it.
   */
  static final Duration COMPARED_FROM = IntakeSettings.FETCH_WAIT.multipliedBy(4);

  private final Subscription subscription;
  private final InviteHandling handling;
  private final DelayGate gate;
  private final Optional<WaitingRecords> waiting;
  private final CatchUp catchUp;
  private final InstantSource clock;
  private final IntakeMeters meters;

  RecordIntake(
      Subscription subscription,
      InviteHandling handling,
      DelayGate gate,
      Optional<WaitingRecords> waiting,
      CatchUp catchUp,
      InstantSource clock,
      IntakeMeters meters) {
    this.subscription = subscription;
    this.handling = handling;
    this.gate = gate;
    this.waiting = waiting;
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
      goBack(consumer, partition, records.getFirst(), records.getLast(), behind);
      return;
    }
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Instant now = clock.instant();
      Envelope envelope = Envelopes.of(record);
      Optional<DelayGate.Due> due = subscription.due(envelope);
      Duration left =
          due.map(it -> gate.left(partition, DelayGate.Place.of(record), it, now))
              .orElse(Duration.ZERO);
      if (left.isPositive() && !mayWaitHere(partition, envelope)) {
        Duration rest = waiting.isEmpty() ? left : room(left);
        goBack(consumer, partition, record, records.getLast(), rest);
        return;
      }
      Ticket ticket =
          owned.open(
              partition, record.offset(), envelope.origin().timestamp(), record.leaderEpoch());
      if (ticket.settled()) {
        continue;
      }
      Supplier<Arrival> arrival = () -> subscription.decode(envelope, now);
      if (left.isPositive()) {
        waiting.ifPresent(it -> it.keep(partition, envelope, arrival, ticket, left));
      } else {
        // of retries alone: the alert on those that nobody takes asks whether any was measured
        due.filter(_ -> waiting.isEmpty())
            .ifPresent(it -> meters.retryLate(Duration.between(it.at(), now)));
        handling.take(envelope, arrival, ticket);
      }
    }
  }

  private boolean mayWaitHere(TopicPartition partition, Envelope envelope) {
    return waiting.map(it -> it.hasRoom(partition, envelope)).orElse(false);
  }

  /** Room may be free again soon. */
  private static Duration room(Duration left) {
    return left.compareTo(WaitingRecords.ROOM_AGAIN) < 0 ? left : WaitingRecords.ROOM_AGAIN;
  }

  /** Has those handled that have waited and need not any more, until places are short. */
  void beginWaiting(BooleanSupplier saturated) {
    waiting.ifPresent(it -> it.begin(saturated));
  }

  /**
   * Back to a record, with the epoch of the leader that appended it: a position without one is not
   * compared with the log, and if an election cuts that meanwhile, what is written there anew is
   * passed over.
   */
  private void goBack(
      Consumer<byte[], byte[]> consumer,
      TopicPartition partition,
      ConsumerRecord<byte[], byte[]> to,
      ConsumerRecord<byte[], byte[]> last,
      Duration wait) {
    gate.shut(partition, DelayGate.Place.of(to), DelayGate.Place.of(last), wait);
    if (wait.compareTo(COMPARED_FROM) < 0) {
      consumer.seek(partition, to.offset());
    } else {
      consumer.seek(partition, new OffsetAndMetadata(to.offset(), to.leaderEpoch(), ""));
    }
  }

  /** Takes a record that Kafka's client cannot hand out, as what is known of it. */
  void skip(OwnedPartitions owned, TopicPartition partition, long offset, String detail) {
    Arrival lost = Envelopes.unreadable(partition, offset, clock.instant(), detail);
    Ticket ticket =
        owned.open(partition, offset, lost.envelope().origin().timestamp(), Optional.empty());
    handling.take(lost.envelope(), () -> lost, ticket);
  }
}
