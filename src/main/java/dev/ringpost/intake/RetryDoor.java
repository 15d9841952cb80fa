package dev.ringpost.intake;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;

/**
 * Invites that are tried again, from every topic of the retry ladder that exists: a ladder that was
 * longer yesterday may have left some on its last rung.
 */
final class RetryDoor implements Door {

  private final Pattern topics;
  private final InviteDecoder decoder;
  private final Duration ringMax;

  /**
   * @param prefix what the ladder's topics begin with; a number follows
   */
  RetryDoor(String prefix, InviteDecoder decoder, Duration ringMax) {
    this.topics = Pattern.compile(Pattern.quote(prefix) + "\\d{1,3}");
    this.decoder = decoder;
    this.ringMax = ringMax;
  }

  @Override
  public void subscribe(Consumer<byte[], byte[]> consumer, ConsumerRebalanceListener listener) {
    consumer.subscribe(topics, listener);
  }

  /** A record that cannot be read, or is due later than a call can ring, is not waited for. */
  @Override
  public Optional<Instant> due(Envelope record, Instant now) {
    try {
      Instant due = RetryNote.read(record.headers()).due();
      return due.isAfter(now.plus(ringMax)) ? Optional.empty() : Optional.of(due);
    } catch (FlawedInvite _) {
      return Optional.empty();
    }
  }

  @Override
  public Arrival decode(Envelope record, Instant firstRead) {
    return decoder.decodeRetry(record, firstRead);
  }
}
