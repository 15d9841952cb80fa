package dev.ringpost.tools.trace;

import dev.ringpost.call.CallId;
import dev.ringpost.call.WireTime;
import dev.ringpost.config.RingpostConfig;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.UnreadableTopicsException;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.Flawed;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.PutOff;
import dev.ringpost.tools.trace.Sighting.RingTold;
import dev.ringpost.tools.trace.Sighting.Signalled;
import dev.ringpost.tools.trace.Sighting.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The words of a call's trace: the likely cause first, then what was seen, in order. */
public final class TraceReport {

  private final CallTrace trace;

  TraceReport(CallTrace trace) {
    this.trace = trace;
  }

  /**
   * Reads the topics of a stretch of time.
   *
   * @param now when they are read
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  public static TraceReport read(
      RingpostConfig config, CallId call, Stretch stretch, Instant now, ReadingProgress progress)
      throws UnreadableTopicsException {
    return new TraceReport(CallTrace.read(config, call, stretch, now, progress));
  }

  CallTrace trace() {
    return trace;
  }

  /** Whether anything at all was seen of the call. */
  public boolean isFound() {
    return !trace.invites().isEmpty() || !trace.signals().isEmpty();
  }

  /** For a person. */
  public List<String> text() {
    List<String> text = new ArrayList<>();
    for (InviteTrace invite : trace.invites()) {
      if (!text.isEmpty()) {
        text.add("");
      }
      invite(text, invite);
    }
    if (trace.invites().isEmpty()) {
      nothing(text);
    }
    text.add("");
    text.add(
        String.format(
            Locale.ROOT,
            "Read: %,d offsets, records of %s to %s.",
            trace.offsets(),
            WireTime.of(trace.stretch().from()),
            WireTime.of(earlier(trace.stretch().to(), trace.readAt()))));
    if (!trace.missing().isEmpty()) {
      text.add("Topics that do not exist: " + String.join(", ", trace.missing()) + ".");
    }
    if (trace.dropped() > 0) {
      text.add("Not shown: " + trace.dropped() + " more records of this call.");
    }
    return text;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void nothing(List<String> text) {
    text.add("Likely cause: " + unseen().words());
    text.add("Mend: " + unseen().fix());
    trace.signals().forEach(signal -> text.add(line(trace.stretch().from(), signal)));
  }

  /** The cause where no invite was seen. */
  Cause unseen() {
    return trace.signals().isEmpty()
        ? new Cause(
            CauseCode.NOT_SEEN,
            "No record of this call stands in that stretch of time: it was never published here, or"
                + " at another time.",
            "Look at another time by --around and --window; compare the call's id byte for byte;"
                + " ask the call server whether Kafka stored the invite.")
        : new Cause(
            CauseCode.NO_INVITE,
            "The call server sent signals of this call, but no invite stands in that stretch.",
            "Look whether the invite was published, and to which topic; or earlier, by --around.");
  }

  private void invite(List<String> text, InviteTrace invite) {
    Cause cause = LikelyCause.of(invite, trace.readAt());
    text.add("Likely cause: " + cause.words());
    if (!cause.fix().isEmpty()) {
      text.add("Mend: " + cause.fix());
    }
    text.add("");
    text.add(
        "Call "
            + trace.call().value()
            + (invite.callee().isEmpty() ? "" : " to " + invite.callee())
            + ", invite "
            + invite.invite()
            + invite.expiresAt().map(it -> ", rings until " + WireTime.of(it)).orElse(""));
    for (Sighting sighting : invite.sightings()) {
      text.add(line(invite.since(), sighting));
      if (sighting instanceof Told told) {
        told.devices().forEach(device -> text.add(device(device)));
      }
    }
  }

  private static String line(Instant since, Sighting sighting) {
    long millis = Duration.between(since, sighting.at()).toMillis();
    return String.format(
        Locale.ROOT, "  %s  %+8d ms  %s", WireTime.of(sighting.at()), millis, words(sighting));
  }

  /** What a record says, in one line. */
  static String words(Sighting sighting) {
    return switch (sighting) {
      case Invited(_, var invite) ->
          "invited, asked for at "
              + WireTime.of(invite.invitedAt())
              + invite.app().map(it -> ", app " + it.value()).orElse("");
      case Flawed(_, var flaw) -> "not an invite: " + flaw.reason().code() + ", " + flaw.detail();
      case Signalled(_, var signal) ->
          "signal "
              + signal.type().wire()
              + signal.device().map(it -> " at " + it.value()).orElse("")
              + signal.callee().map(it -> " for " + it.value()).orElse(", for everybody");
      case PutOff(_, var note) ->
          "try "
              + note.attempt()
              + " is due at "
              + WireTime.of(note.due())
              + note.devices().map(it -> ", for " + it.size() + " devices").orElse("");
      case Told told -> told(told);
      case RingTold ring ->
          ring.isSilent()
              ? "silent: no device told in time that it rings"
              : ring.verdict()
                  + ": "
                  + ring.device()
                  + (ring.afterMillis().isPresent()
                      ? ", " + ring.afterMillis().getAsLong() + " ms after its push"
                      : "");
      case DeadLettered letter ->
          "dead letter ("
              + letter.stage()
              + "): "
              + letter.reason()
              + ", "
              + letter.detail()
              + ", at "
              + letter.place();
    };
  }

  private static String told(Told told) {
    String looked =
        told.looked()
            .map(
                it ->
                    String.format(
                        Locale.ROOT,
                        "; registered %d, dead %d, of another app %d%s, unreadable %d, excluded %d",
                        it.registered(),
                        it.dead(),
                        it.otherApp(),
                        it.otherUser().map(count -> ", another user's " + count).orElse(""),
                        it.unreadable(),
                        it.excluded()))
            .orElse("");
    String reason =
        told.reason().isEmpty() ? "" : " (" + told.reason() + ": " + told.detail() + ")";
    String dead =
        told.dead().isEmpty()
            ? ""
            : "; dead: "
                + told.dead().stream()
                    .map(it -> it.device() + " (" + it.digest() + ")")
                    .collect(Collectors.joining(", "));
    return "try "
        + told.attempt()
        + ": "
        + told.verdict()
        + (told.last() ? "" : ", not final")
        + reason
        + looked
        + dead;
  }

  private static String device(DeviceEnd end) {
    String answer = end.answer().map(it -> " " + it).orElse("");
    String tries = end.tries() == 1 ? "" : ", " + end.tries() + " pushes";
    return "                                           "
        + end.device()
        + " ("
        + end.digest()
        + (end.deaf() ? ", deaf) " : ") ")
        + end.app()
        + " "
        + end.pushed()
        + (end.isElsewhere() ? " (registered for " + end.registered() + ")" : "")
        + ": "
        + end.outcome()
        + answer
        + (end.connection().isEmpty() ? "" : " on " + end.connection())
        + ", "
        + end.millis()
        + " ms"
        + tries
        + ", apns-id "
        + end.apnsId();
  }

  /** For machines. */
  public String json() {
    return TraceJson.of(this);
  }

  /** What Apple's support asks for first, of each push that was written. */
  public SupportFacts forApple() {
    return SupportFacts.of(trace.invites());
  }
}
