package dev.ringpost.tools.synthetic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.CallId;
import dev.ringpost.call.Envelope;
import dev.ringpost.events.Signal;
import dev.ringpost.events.SignalCodec;
import dev.ringpost.events.SignalType;
import dev.ringpost.events.UnusableRecordException;
import dev.ringpost.events.cloud.CloudEvent;
import dev.ringpost.events.cloud.ContentMode;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The memory of what was heard of one call, in whatever order. Its id is nobody else's, so that
 * nothing but the id is compared: results may name the callee by a digest. For one thread.
 */
final class HeardCall {

  /** The verdict that a phone may ring. */
  static final String ACCEPTED = "accepted";

  /** Bound on a word of a result; ours have at most 23 letters. */
  private static final int MAX_WORD = 40;

  /** Bound on the reasons that are told. */
  private static final int MAX_REASONS = 5;

  /** The words of second verdicts, which may follow a final one, and are none. */
  private static final Set<String> SECOND = Set.of("rang", "silent");

  private static final ObjectReader JSON = new JsonMapper().reader();

  /** A final verdict other than {@link #ACCEPTED}. */
  private record Refusal(Duration after, String word, String why) {}

  private final CallId call;
  private final String results;
  private final boolean expectRinging;

  /** When {@link #ACCEPTED} was told first, final or not: another device may still be tried. */
  private Optional<Duration> accepted = Optional.empty();

  private Optional<Refusal> refusal = Optional.empty();
  private Optional<String> soFar = Optional.empty();
  private Optional<Duration> ringing = Optional.empty();

  /**
   * @param results the topic of results; what comes from another one is a signal
   * @param expectRinging whether it is over only when a phone rings
   */
  HeardCall(CallId call, String results, boolean expectRinging) {
    this.call = call;
    this.results = results;
    this.expectRinging = expectRinging;
  }

  /**
   * Takes a record.
   *
   * @param after when it came
   */
  void hear(Envelope record, Duration after) {
    if (record.origin().topic().equals(results)) {
      hearResult(record, after);
    } else {
      hearSignal(record, after);
    }
  }

  private void hearSignal(Envelope record, Duration after) {
    try {
      Signal signal =
          SignalCodec.decode(
              record.value(), ContentMode.of(record.headers()), record.origin().timestamp());
      if (signal.call().equals(call) && signal.type() == SignalType.RINGING && ringing.isEmpty()) {
        ringing = Optional.of(after);
      }
    } catch (UnusableRecordException _) {
      // workers count and name it
    }
  }

  private void hearResult(Envelope record, Duration after) {
    byte[] stored = record.value();
    if (stored == null) {
      return;
    }
    JsonNode json;
    try {
      json = JSON.readTree(CloudEvent.plain(stored, ContentMode.of(record.headers())));
    } catch (IOException _) {
      return;
    }
    String word = word(json, "verdict");
    if (!json.path("callId").asText().equals(call.value()) || SECOND.contains(word)) {
      return;
    }
    if (word.equals(ACCEPTED)) {
      accepted = accepted.or(() -> Optional.of(after));
    } else if (!json.path("final").asBoolean()) {
      soFar = Optional.of(word);
    } else if (refusal.isEmpty()) {
      refusal = Optional.of(new Refusal(after, word, why(json)));
    }
  }

  private static String why(JsonNode json) {
    Set<String> reasons = new LinkedHashSet<>();
    reasons.add(word(json, "reason"));
    json.path("devices").forEach(device -> reasons.add(word(device, "outcome")));
    json.path("devices").forEach(device -> reasons.add(word(device, "reason")));
    return reasons.stream()
        .filter(reason -> !reason.isEmpty())
        .limit(MAX_REASONS)
        .collect(Collectors.joining(", "));
  }

  /** Nothing that could control a terminal, nor end a line of the log. */
  private static String word(JsonNode json, String field) {
    String text = json.path(field).asText().replaceAll("[^\\x21-\\x7e]", "?");
    return text.length() <= MAX_WORD ? text : text.substring(0, MAX_WORD);
  }

  /** Whether nothing more is waited for. */
  boolean isOver() {
    return accepted.isPresent() ? !expectRinging || ringing.isPresent() : refusal.isPresent();
  }

  /**
   * The end, as far as it was waited for.
   *
   * @param trouble why Kafka gives nothing at the moment, if it does not
   */
  RoundEnd end(Optional<String> trouble) {
    if (accepted.isPresent() && !expectRinging) {
      return new RoundEnd.Accepted(accepted.get());
    }
    if (accepted.isPresent() && ringing.isPresent()) {
      return new RoundEnd.Rang(accepted.get(), ringing.get());
    }
    if (accepted.isEmpty() && refusal.isPresent()) {
      Refusal told = refusal.get();
      return new RoundEnd.Refused(told.after(), told.word(), told.why());
    }
    return trouble
        .<RoundEnd>map(RoundEnd.Unheard::new)
        .or(() -> accepted.map(RoundEnd.Silent::new))
        .orElseGet(() -> new RoundEnd.NoVerdict(soFar, ringing.isPresent()));
  }
}
