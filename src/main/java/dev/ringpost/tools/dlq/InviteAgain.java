package dev.ringpost.tools.dlq;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.RingSettings;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The maker of the invites that a replay publishes: as they came, but with times in the value, for
 * else a worker would count the ring time from the moment of the replay, and with the mark.
 */
final class InviteAgain {

  private final InviteDecoder decoder;

  InviteAgain(RingSettings ring) {
    this.decoder = new InviteDecoder(ring, InviteListener.UNHEARD);
  }

  /**
   * The invite of a letter; empty if a worker would not accept it.
   *
   * @param now when a worker would read it
   */
  Optional<Envelope> of(Letter letter, Instant invitedAt, Instant expiresAt, Instant now) {
    Envelope old = letter.envelope();
    try {
      byte[] value = decoder.again(old, invitedAt, expiresAt);
      var invite = new Envelope(letter.place(), old.key(), value, headers(letter));
      return decoder.decode(invite, now) instanceof Arrival.Invited
          ? Optional.of(invite)
          : Optional.empty();
    } catch (FlawedInviteException _) {
      return Optional.empty();
    }
  }

  /** Those that the sender wrote; the value is no event any more that its header calls so. */
  private static List<RecordHeader> headers(Letter letter) {
    List<RecordHeader> old = letter.envelope().headers();
    boolean wasEvent = ContentMode.of(old) == ContentMode.STRUCTURED;
    List<RecordHeader> headers = new ArrayList<>();
    for (RecordHeader header : old) {
      boolean saysEvent = wasEvent && header.key().equalsIgnoreCase(ContentMode.HEADER);
      if (!saysEvent && !header.key().startsWith(HeaderName.PREFIX)) {
        headers.add(header);
      }
    }
    headers.add(HeaderName.REPLAY_OF.with(mark(letter.place())));
    return headers;
  }

  /** The mark of a letter's replay. */
  static String mark(Origin letter) {
    return letter.toString();
  }
}
