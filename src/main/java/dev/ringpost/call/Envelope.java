package dev.ringpost.call;

import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.call.trace.Traced;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record byte for byte as it came, so that a dead letter can be driven again. It prints as its
 * origin only: key, value and headers may hold anything.
 */
public final class Envelope implements Traced {

  private final Origin origin;
  private final byte @Nullable [] key;
  private final byte @Nullable [] value;
  private final List<RecordHeader> headers;

  /** Takes the arrays as they are; nobody may change them afterwards. */
  public Envelope(
      Origin origin, byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {
    this.origin = origin;
    this.key = key;
    this.value = value;
    this.headers = List.copyOf(headers);
  }

  public Origin origin() {
    return origin;
  }

  /** The record's key, not a copy. */
  public byte @Nullable [] key() {
    return key;
  }

  /** The record's value, not a copy. */
  public byte @Nullable [] value() {
    return value;
  }

  public List<RecordHeader> headers() {
    return headers;
  }

  /** What the last header of W3C Trace Context says, if that is valid. */
  @Override
  public Optional<TraceContext> trace() {
    return RecordHeader.trace(headers);
  }

  /** The bytes of key, value and headers, for whoever bounds what is kept in memory. */
  public long bytes() {
    long bytes = length(key) + length(value);
    for (RecordHeader header : headers) {
      bytes += header.key().length() + length(header.value());
    }
    return bytes;
  }

  private static long length(byte @Nullable [] array) {
    return array == null ? 0 : array.length;
  }

  @Override
  public String toString() {
    return "Envelope[" + origin + "]";
  }
}
