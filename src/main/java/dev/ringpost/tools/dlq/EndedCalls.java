package dev.ringpost.tools.dlq;

import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.ContentMode;
import dev.ringpost.tools.records.ReadingProgress;
import dev.ringpost.tools.records.Stretch;
import dev.ringpost.tools.records.TopicReader;
import dev.ringpost.tools.records.UnreadableTopicsException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls among some invites that a signal has ended. A worker asks again before it rings, by its
 * own view of signals.
 */
final class EndedCalls {

  static final EndedCalls NONE = new EndedCalls();

  /** How far an invite may be later than a signal that concerns it, as for workers. */
  private static final Duration SKEW = Duration.ofSeconds(2);

  private final Map<CallId, List<Signal>> ends = new HashMap<>();

  private EndedCalls() {}

  /**
   * Reads the signals since the first of the invites.
   *
   * @throws UnreadableTopicsException if the cluster does not hand out what is asked for
   */
  static EndedCalls read(
      TopicReader reader,
      String topic,
      Collection<CallInvite> invites,
      Instant now,
      ReadingProgress progress)
      throws UnreadableTopicsException {
    var calls = new EndedCalls();
    Instant since = now;
    for (CallInvite invite : invites) {
      calls.ends.put(invite.callId(), new ArrayList<>());
      since = invite.invitedAt().isBefore(since) ? invite.invitedAt() : since;
    }
    if (!invites.isEmpty()) {
      reader.read(List.of(topic), Stretch.since(since.minus(SKEW)), calls::see, progress);
    }
    return calls;
  }

  private void see(Envelope envelope) {
    try {
      Signal signal =
          SignalCodec.decode(
              envelope.value(), ContentMode.of(envelope.headers()), envelope.origin().timestamp());
      List<Signal> ofCall = ends.get(signal.call());
      if (ofCall != null && signal.type().endsTheCall()) {
        ofCall.add(signal);
      }
    } catch (UnusableRecordException _) {
      // no signal: workers count and ignore it too
    }
  }

  boolean contains(CallInvite invite) {
    return ends.getOrDefault(invite.callId(), List.of()).stream()
        .anyMatch(
            end ->
                end.callee().map(invite.callee()::equals).orElse(true)
                    && !invite.invitedAt().isAfter(end.at().plus(SKEW)));
  }
}
