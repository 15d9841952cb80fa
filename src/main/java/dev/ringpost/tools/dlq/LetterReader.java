package dev.ringpost.tools.dlq;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.ringpost.call.Arrival;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.CallId;
import dev.ringpost.call.CallInvite;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.HeaderName;
import dev.ringpost.events.InviteDecoder;
import dev.ringpost.events.InviteListener;
import dev.ringpost.events.RingSettings;
import dev.ringpost.tools.dlq.Letter.InvitePlace;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** The reader of dead letters. For one thread. */
final class LetterReader {

  private static final JsonMapper JSON = new JsonMapper();

  private final RingSettings ring;
  private final InviteDecoder decoder;

  LetterReader(RingSettings ring) {
    this.ring = ring;
    this.decoder = new InviteDecoder(ring, InviteListener.UNHEARD);
  }

  /** A dead letter; empty for a record without Ringpost's headers. */
  Optional<Letter> read(Envelope envelope) {
    try {
      var invite =
          new InvitePlace(
              text(envelope, HeaderName.ORIGIN_TOPIC),
              Integer.parseInt(text(envelope, HeaderName.ORIGIN_PARTITION)),
              Long.parseLong(text(envelope, HeaderName.ORIGIN_OFFSET)));
      return Optional.of(letter(envelope, invite));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private Letter letter(Envelope envelope, InvitePlace invite) {
    Instant appeared =
        time(text(envelope, HeaderName.ORIGIN_TIMESTAMP)).orElse(envelope.origin().timestamp());
    var origin = new Origin(invite.topic(), invite.partition(), invite.offset(), appeared);
    var original = new Envelope(origin, envelope.key(), envelope.value(), envelope.headers());
    Optional<Instant> deadline = time(text(envelope, HeaderName.DEADLINE));
    return switch (decoder.decode(original, appeared)) {
      case Arrival.Invited(_, var attempt) ->
          letter(
              envelope,
              invite,
              Optional.of(attempt.invite()),
              Optional.of(attempt.invite().callId()),
              attempt.invite().callee().value(),
              attempt.invite().app().map(BundleId::value).orElse(""),
              deadline.orElse(attempt.invite().deadline().at()));
      case Arrival.Malformed(_, _, var call) -> {
        JsonNode root = json(envelope);
        // what nobody could read rings no longer than any call does
        yield letter(
            envelope,
            invite,
            Optional.empty(),
            call,
            root.path("callee").asText(""),
            root.path("app").asText(""),
            deadline.orElse(appeared.plus(ring.max())));
      }
    };
  }

  private static Letter letter(
      Envelope envelope,
      InvitePlace invite,
      Optional<CallInvite> read,
      Optional<CallId> call,
      String callee,
      String app,
      Instant until) {
    return new Letter(
        envelope,
        invite,
        text(envelope, HeaderName.STAGE),
        text(envelope, HeaderName.REASON),
        text(envelope, HeaderName.DETAIL),
        read,
        call,
        callee,
        app,
        until,
        text(envelope, HeaderName.REPLAY_OF),
        !text(envelope, HeaderName.VALUE_SIZE).isEmpty());
  }

  private static JsonNode json(Envelope envelope) {
    byte[] value = envelope.value();
    try {
      return value == null ? JSON.missingNode() : JSON.readTree(value);
    } catch (IOException _) {
      return JSON.missingNode();
    }
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /** The text of a header of Ringpost's; empty where there is none. */
  static String text(Envelope envelope, HeaderName name) {
    for (RecordHeader header : envelope.headers()) {
      if (header.key().equals(name.key()) && header.value() != null) {
        return new String(header.value(), UTF_8);
      }
    }
    return "";
  }
}
