package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.intake.waiting.DelayGate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;

/** A subscription that knows where the record stands that was decoded last. */
final class PlacedSubscription implements Subscription {

  private final Subscription subscription;
  private TopicPartition partition = new TopicPartition("", 0);
  private long offset;

  PlacedSubscription(Subscription subscription) {
    this.subscription = subscription;
  }

  TopicPartition partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  @Override
  public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    throw new IllegalStateException("partitions are given by hand");
  }

  @Override
  public boolean goesOnWithout(Set<String> topics) {
    return subscription.goesOnWithout(topics);
  }

  @Override
  public Optional<DelayGate.Due> due(Envelope record) {
    return subscription.due(record);
  }

  @Override
  public Optional<Duration> early() {
    return subscription.early();
  }

  @Override
  public Duration idleRest() {
    return subscription.idleRest();
  }

  @Override
  public Arrival decode(Envelope record, Instant firstRead) {
    partition = new TopicPartition(record.origin().topic(), record.origin().partition());
    offset = record.origin().offset();
    return subscription.decode(record, firstRead);
  }
}
