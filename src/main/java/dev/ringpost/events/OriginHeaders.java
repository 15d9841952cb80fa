package dev.ringpost.events;

import dev.ringpost.call.Envelope;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The headers that a retry record and a dead letter begin with: those of the record as they came,
 * in their order, and where it stood first. Whatever a producer wrote under a name of ours is
 * dropped, so that a reader finds each name once and from us; but for the mark of a replay, which
 * an operator's tool writes: by it a letter says that it has been replayed in vain.
 */
final class OriginHeaders {

  /** Bound on the mark of a replay, in bytes: a topic's name has 249 at most. */
  private static final int MAX_MARK = 300;

  private OriginHeaders() {}

  static List<RecordHeader> of(Envelope envelope) {
    Origin origin = envelope.origin();
    List<RecordHeader> headers = new ArrayList<>();
    for (RecordHeader header : envelope.headers()) {
      if (!header.key().startsWith(HeaderName.PREFIX)) {
        headers.add(header);
      }
    }
    mark(envelope).ifPresent(headers::add);
    headers.add(HeaderName.FORMAT.with(HeaderName.VERSION));
    headers.add(HeaderName.ORIGIN_TOPIC.with(origin.topic()));
    headers.add(HeaderName.ORIGIN_PARTITION.with(Integer.toString(origin.partition())));
    headers.add(HeaderName.ORIGIN_OFFSET.with(Long.toString(origin.offset())));
    headers.add(HeaderName.ORIGIN_TIMESTAMP.with(origin.timestamp().toString()));
    return headers;
  }

  private static Optional<RecordHeader> mark(Envelope envelope) {
    return envelope.headers().stream()
        .filter(header -> header.key().equals(HeaderName.REPLAY_OF.key()))
        .filter(header -> header.value() != null && header.value().length <= MAX_MARK)
        .findFirst();
  }
}
