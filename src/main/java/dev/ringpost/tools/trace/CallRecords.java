package dev.ringpost.tools.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.config.RingpostConfig.Topics;
import dev.ringpost.events.FlawedInviteException;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.RetryNote;
import dev.ringpost.events.RingSettings;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.Flawed;
import dev.ringpost.tools.trace.Sighting.InvitePlace;
import dev.ringpost.tools.trace.Sighting.Invited;
import dev.ringpost.tools.trace.Sighting.PutOff;
import dev.ringpost.tools.trace.Sighting.Signalled;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The collector of the records of one call. Most records of a stretch are about other calls: they
 * are told apart by their bytes, before anything is parsed. For one thread.
 */
final class CallRecords {

  /** Bound on the records of one call that are kept; the newest beyond it are counted only. */
  static final int MAX_KEPT = 10_000;

  /** By how much a call server's clock may be ahead of its signals', as for a worker. */
  private static final Duration CLOCK_ALLOWANCE = Duration.ofSeconds(2);

  private final CallId call;
  private final byte[] needle;
  private final Topics topics;
  private final InviteDecoder decoder;
  private final Map<InvitePlace, List<Sighting>> byInvite = new LinkedHashMap<>();
  private final List<Signalled> signals = new ArrayList<>();
  private int kept;
  private long dropped;

  CallRecords(CallId call, Topics topics, RingSettings ring) {
    this.call = call;
    this.needle = call.value().getBytes(UTF_8);
    this.topics = topics;
    this.decoder = new InviteDecoder(ring, InviteListener.UNHEARD);
  }

  /** How many records of the call there were beyond the bound. */
  long dropped() {
    return dropped;
  }

  /** Looks at a record, and keeps it if it is about the call. */
  void look(Envelope envelope) {
    byte[] value = envelope.value();
    if (value == null || !mayName(envelope, value)) {
      return;
    }
    String topic = envelope.origin().topic();
    if (topic.equals(topics.invites())) {
      invite(envelope);
    } else if (topic.equals(topics.signals())) {
      signal(envelope, value);
    } else if (topic.equals(topics.results())) {
      ResultReader.read(envelope, call).ifPresent(it -> keep(it.invite(), it));
    } else if (topic.equals(topics.deadLetters())) {
      deadLetter(envelope);
    } else if (topic.startsWith(topics.retryPrefix())) {
      retry(envelope);
    }
  }

  private void invite(Envelope envelope) {
    InvitePlace place = InvitePlace.of(envelope.origin());
    switch (decoder.decode(envelope, envelope.origin().timestamp())) {
      case Arrival.Invited(_, var attempt) -> {
        if (attempt.invite().callId().equals(call)) {
          keep(place, new Invited(envelope.origin(), attempt.invite()));
        }
      }
      case Arrival.Malformed(_, var flaw, Optional<CallId> read) -> {
        if (read.equals(Optional.of(call))) {
          keep(place, new Flawed(envelope.origin(), flaw));
        }
      }
    }
  }

  private void signal(Envelope envelope, byte[] value) {
    try {
      var signal =
          SignalCodec.decode(
              value, ContentMode.of(envelope.headers()), envelope.origin().timestamp());
      if (signal.call().equals(call) && hasRoom()) {
        signals.add(new Signalled(envelope.origin(), signal));
      }
    } catch (UnusableRecordException _) {
      // no signal: workers count and ignore it too
    }
  }

  private void retry(Envelope envelope) {
    try {
      RetryNote note = RetryNote.read(envelope.headers());
      if (isOfTheCall(envelope)) {
        keep(InvitePlace.of(note.origin()), new PutOff(envelope.origin(), note));
      }
    } catch (FlawedInviteException _) {
      // somebody else's record; the worker makes it a dead letter, which is seen
    }
  }

  private void deadLetter(Envelope envelope) {
    Optional<DeadLettered> letter = DeadLetterReader.read(envelope);
    if (letter.isPresent() && isOfTheCall(envelope)) {
      keep(letter.get().invite(), letter.get());
    }
  }

  /** Whether the invite that a retry or a dead letter carries is of the call. */
  private boolean isOfTheCall(Envelope envelope) {
    return switch (decoder.decode(envelope, envelope.origin().timestamp())) {
      case Arrival.Invited(_, var attempt) -> attempt.invite().callId().equals(call);
      case Arrival.Malformed(_, _, Optional<CallId> read) -> read.equals(Optional.of(call));
    };
  }

  private void keep(InvitePlace place, Sighting sighting) {
    if (hasRoom()) {
      byInvite.computeIfAbsent(place, _ -> new ArrayList<>()).add(sighting);
    }
  }

  private boolean hasRoom() {
    if (kept == MAX_KEPT) {
      dropped++;
      return false;
    }
    kept++;
    return true;
  }

  /** Each invite with the signals that concern its callee, the oldest first. */
  List<InviteTrace> traces() {
    return byInvite.entrySet().stream()
        .map(
            entry -> {
              var bare = new InviteTrace(entry.getKey(), entry.getValue(), Optional.empty());
              List<Sighting> all = new ArrayList<>(entry.getValue());
              signals.stream().filter(it -> concerns(it, bare)).forEach(all::add);
              return new InviteTrace(entry.getKey(), all, Optional.empty());
            })
        .sorted((one, other) -> one.since().compareTo(other.since()))
        .toList();
  }

  /**
   * Whether a signal is about an invite, as workers see it: not one of an earlier attempt, nor of
   * another callee; and of a device that rings, only if it was pushed, where nobody is named. A
   * callee may be a digest in results; then every signal of the call is shown.
   */
  private static boolean concerns(Signalled signalled, InviteTrace trace) {
    Signal signal = signalled.signal();
    Optional<CallInvite> invite = trace.invited().map(Invited::invite);
    Instant latest = signal.at().plus(CLOCK_ALLOWANCE);
    if (invite.filter(it -> it.invitedAt().isAfter(latest)).isPresent()) {
      return false;
    }
    if (signal.callee().isPresent()) {
      return invite.isEmpty() || signal.callee().equals(invite.map(CallInvite::callee));
    }
    List<String> pushed =
        trace.told().stream().flatMap(it -> it.devices().stream()).map(DeviceEnd::device).toList();
    return pushed.isEmpty() || signal.device().filter(it -> !pushed.contains(it.value())).isEmpty();
  }

  /** Signals of a call that no invite was seen of. */
  List<Signalled> signals() {
    return List.copyOf(signals);
  }

  /**
   * Whether a value may name the call: its bytes stand in it, or something is escaped, which JSON
   * allows for every character, or it is an event, whose data may be in base64.
   */
  private boolean mayName(Envelope envelope, byte[] value) {
    if (ContentMode.of(envelope.headers()) == ContentMode.STRUCTURED) {
      return true;
    }
    byte first = needle[0];
    int last = value.length - needle.length;
    for (int at = 0; at < value.length; at++) {
      byte b = value[at];
      if (b == '\\') {
        return true;
      }
      if (b == first && at <= last && stands(value, at)) {
        return true;
      }
    }
    return false;
  }

  private boolean stands(byte[] value, int at) {
    for (int i = 1; i < needle.length; i++) {
      if (value[at + i] != needle[i]) {
        return false;
      }
    }
    return true;
  }
}
