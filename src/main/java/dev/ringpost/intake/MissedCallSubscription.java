package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.RetryNote;
import dev.ringpost.events.RingSettings;
import dev.ringpost.intake.waiting.DelayGate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/**
 * The subscription to calls that are looked at once they are over. They ring for different times,
 * so that one for which there is no room in memory may wait for the one before it: no longer than a
 * call may ring.
 */
final class MissedCallSubscription implements Subscription {

  private final String topic;
  private final Duration longest;
  private final Duration grace;
  private final InviteDecoder decoder;

  /** What is odd in an invite was told at its first reading, and is not counted again. */
  MissedCallSubscription(IntakeSettings.Source.MissedCalls source, RingSettings ring) {
    this.topic = source.topic();
    this.longest = source.longest();
    this.grace = source.grace();
    this.decoder = new InviteDecoder(ring, InviteListener.UNHEARD);
  }

  @Override
  public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    consumer.subscribe(List.of(topic), listener);
  }

  /** A record that cannot be read is not waited for. */
  @Override
  public Optional<DelayGate.Due> due(Envelope record) {
    try {
      return Optional.of(new DelayGate.Due(RetryNote.read(record.headers()).due(), longest));
    } catch (FlawedInviteException _) {
      return Optional.empty();
    }
  }

  @Override
  public boolean goesOnWithout(Set<String> topics) {
    return !topics.contains(topic);
  }

  @Override
  public Optional<Duration> early() {
    return Optional.of(grace);
  }

  /** Nobody waits for it. */
  @Override
  public Duration idleRest() {
    return RetrySubscription.LONGEST_IDLE_REST;
  }

  @Override
  public Arrival decode(Envelope record, Instant firstRead) {
    return decoder.decodeRetry(record, firstRead);
  }
}
