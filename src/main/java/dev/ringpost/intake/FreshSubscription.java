package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.intake.waiting.DelayGate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/** Invites that nobody has tried yet. What they say under header names of ours means nothing. */
final class FreshSubscription implements Subscription {

  private final String topic;
  private final InviteDecoder decoder;

  FreshSubscription(String topic, InviteDecoder decoder) {
    this.topic = topic;
    this.decoder = decoder;
  }

  @Override
  public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    consumer.subscribe(List.of(topic), listener);
  }

  @Override
  public Optional<DelayGate.Due> due(Envelope record) {
    return Optional.empty();
  }

  @Override
  public boolean goesOnWithout(Set<String> topics) {
    return !topics.contains(topic);
  }

  @Override
  public Optional<Duration> early() {
    return Optional.empty();
  }

  /** A call rings now. */
  @Override
  public Duration idleRest() {
    return Duration.ZERO;
  }

  @Override
  public Arrival decode(Envelope record, Instant firstRead) {
    return decoder.decode(record, firstRead);
  }
}
