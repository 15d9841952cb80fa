package dev.ringpost.call;

import dev.ringpost.call.trace.TraceContext;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A record's header, untouched. Headers may repeat, and their values may be null. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record RecordHeader(String key, byte @Nullable [] value) {

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
