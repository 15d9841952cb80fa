package dev.ringpost.tools.trace;

import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.delivery.rings.RingVerdict;
import dev.ringpost.events.RetryNote;
import dev.ringpost.events.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One record about a call, from any topic. */
sealed interface Sighting {

  /** Where it stands. */
  Origin place();

  /** When it happened: as the record says, or its timestamp. */
  Instant at();

  /** A record about one invite, whose place it names. */
  sealed interface OfInvite extends Sighting {
    InvitePlace invite();
  }

  /** The invite. */
  record Invited(Origin place, CallInvite invite) implements Sighting {
    @Override
    public Instant at() {
      return place.timestamp();
    }
  }

  /** A record on the topic of invites that is none. */
  record Flawed(Origin place, Flaw flaw) implements Sighting {
    @Override
    public Instant at() {
      return place.timestamp();
    }
  }

  /** A word of the call server on the call. */
  record Signalled(Origin place, Signal signal) implements Sighting {
    @Override
    public Instant at() {
      return signal.at();
    }
  }

  /** A try that was put off. */
  record PutOff(Origin place, RetryNote note) implements Sighting {
    @Override
    public Instant at() {
      return place.timestamp();
    }
  }

  /**
   * A result.
   *
   * @param invite the invite's record
   * @param callee as the result names it; may be empty
   * @param attempt the number of the try
   * @param last whether nothing more follows
   * @param verdict the word
   * @param reason a code; may be empty
   * @param detail words for a person; may be empty
   * @param looked what was looked at, if anybody was looked up
   * @param dead devices whose token is dead
   * @param devices how each push ended
   * @param invitedAt when the caller asked
   * @param expiresAt when ringing is over
   * @param at when it was decided
   */
  record Told(
      Origin place,
      InvitePlace invite,
      String callee,
      int attempt,
      boolean last,
      String verdict,
      String reason,
      String detail,
      Optional<Looked> looked,
      List<DeadDevice> dead,
      List<DeviceEnd> devices,
      Optional<Instant> invitedAt,
      Optional<Instant> expiresAt,
      Instant at)
      implements OfInvite {

    boolean anyAccepted() {
      return devices.stream().anyMatch(DeviceEnd::accepted);
    }
  }

  /**
   * A dead letter.
   *
   * @param invite the record that it was
   * @param stage where it went wrong
   */
  record DeadLettered(Origin place, InvitePlace invite, String stage, String reason, String detail)
      implements Sighting {
    @Override
    public Instant at() {
      return place.timestamp();
    }
  }

  /** The place of an invite's record, which identifies it on all topics. */
  record InvitePlace(String topic, int partition, long offset) {
    static InvitePlace of(Origin origin) {
      return new InvitePlace(origin.topic(), origin.partition(), origin.offset());
    }

    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /**
   * The numbers of the callee's registrations, by kind.
   *
   * @param otherUser empty in a result of a worker that did not count them
   */
  record Looked(
      int registered,
      int dead,
      int otherApp,
      Optional<Integer> otherUser,
      int unreadable,
      int excluded) {}

  /**
   * A second verdict: whether a phone rang.
   *
   * @param invite the invite's record
   * @param verdict the word
   * @param device who told that it rings; empty if nobody did
   * @param afterMillis from the push to that; empty if it is not known
   */
  record RingTold(
      Origin place,
      InvitePlace invite,
      String verdict,
      String device,
      OptionalLong afterMillis,
      Instant at)
      implements OfInvite {

    boolean isSilent() {
      return verdict.equals(RingVerdict.Silent.WIRE);
    }
  }

  /** A device whose token APNs called dead. */
  record DeadDevice(
      String device, String digest, String app, String registered, Optional<Instant> since) {}
}
