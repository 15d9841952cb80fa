package dev.ringpost.tools.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.events.HeaderName;
import dev.ringpost.tools.trace.Sighting.DeadLettered;
import dev.ringpost.tools.trace.Sighting.InvitePlace;
import java.util.Optional;

/** The reader of what a dead letter's headers say. */
final class DeadLetterReader {

  private DeadLetterReader() {}

  /** A dead letter; empty for a record without Ringpost's headers. */
  static Optional<DeadLettered> read(Envelope envelope) {
    try {
      return Optional.of(
          new DeadLettered(
              envelope.origin(),
              new InvitePlace(
                  text(envelope, HeaderName.ORIGIN_TOPIC),
                  Integer.parseInt(text(envelope, HeaderName.ORIGIN_PARTITION)),
                  Long.parseLong(text(envelope, HeaderName.ORIGIN_OFFSET))),
              text(envelope, HeaderName.STAGE),
              text(envelope, HeaderName.REASON),
              text(envelope, HeaderName.DETAIL)));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static String text(Envelope envelope, HeaderName name) {
    for (RecordHeader header : envelope.headers()) {
      if (header.key().equals(name.key()) && header.value() != null) {
        return new String(header.value(), UTF_8);
      }
    }
    return "";
  }
}
