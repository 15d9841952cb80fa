package dev.ringpost.call;

import dev.ringpost.call.trace.TraceContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record's header, untouched. Headers may repeat, and their values may be null. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record RecordHeader(String key, byte @Nullable [] value) {

  /** Bound on a trace that is passed on; one has 55 bytes. */
  private static final int MAX_TRACE_BYTES = 128;

  /**
   * What of an invite's headers is told again: its trace, the last one if there are several, as
   * Kafka reads headers. A record may have a megabyte of others.
   */
  public static List<RecordHeader> toldAgain(List<RecordHeader> headers) {
    if (headers.isEmpty()) {
      return List.of();
    }
    return headers.reversed().stream()
        .filter(header -> header.key().equals(TraceContext.HEADER))
        .filter(header -> header.value() != null && header.value().length <= MAX_TRACE_BYTES)
        .limit(1)
        .toList();
  }

  /** The trace that a record's last header of W3C Trace Context names, if it is valid. */
  public static Optional<TraceContext> trace(List<RecordHeader> headers) {
    for (RecordHeader header : headers.reversed()) {
      if (header.key().equals(TraceContext.HEADER)) {
        byte[] value = header.value();
        return value == null ? Optional.empty() : TraceContext.of(value);
      }
    }
    return Optional.empty();
  }
}
