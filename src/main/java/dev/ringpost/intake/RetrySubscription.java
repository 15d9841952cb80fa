package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.RetryNote;
import dev.ringpost.intake.waiting.DelayGate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/**
 * Invites that are tried again, from every topic of the retry ladder that exists: a ladder that was
 * longer yesterday may have left some in its last topic.
 */
final class RetrySubscription implements Subscription {

  /** Bound on the time in which a record that has just been written is not read. */
  static final Duration LONGEST_IDLE_REST = Duration.ofMillis(400);

  private final Pattern topics;
  private final InviteDecoder decoder;
  private final int prefixLength;
  private final List<Duration> retries;

  RetrySubscription(IntakeSettings.Source.Retries source, InviteDecoder decoder) {
    this.topics = Pattern.compile(Pattern.quote(source.prefix()) + "\\d{1,3}");
    this.prefixLength = source.prefix().length();
    this.decoder = decoder;
    this.retries = source.retries();
  }

  @Override
  public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    consumer.subscribe(topics, listener);
  }

  /** A record that cannot be read is not waited for. */
  @Override
  public Optional<DelayGate.Due> due(Envelope record) {
    try {
      return Optional.of(
          new DelayGate.Due(
              RetryNote.read(record.headers()).due(), retry(record.origin().topic())));
    } catch (FlawedInviteException _) {
      return Optional.empty();
    }
  }

  /** The wait of a retry topic; what a longer ladder of yesterday left waits as the last one. */
  private Duration retry(String topic) {
    int number = Integer.parseInt(topic.substring(prefixLength));
    return retries.get(Math.clamp(number, 1, retries.size()) - 1);
  }

  /** Each retry has a topic with rights of its own. */
  @Override
  public boolean goesOnWithout(Set<String> withoutRights) {
    return true;
  }

  @Override
  public Optional<Duration> early() {
    return Optional.empty();
  }

  /**
   * A retry is due no sooner than the shortest wait of the ladder after it was written, so half of
   * that costs no call anything.
   */
  @Override
  public Duration idleRest() {
    Duration half = Collections.min(retries).dividedBy(2);
    return half.compareTo(LONGEST_IDLE_REST) < 0 ? half : LONGEST_IDLE_REST;
  }

  @Override
  public Arrival decode(Envelope record, Instant firstRead) {
    return decoder.decodeRetry(record, firstRead);
  }
}
