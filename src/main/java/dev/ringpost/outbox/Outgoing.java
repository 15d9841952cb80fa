package dev.ringpost.outbox;

import dev.ringpost.call.Arrival;
import dev.ringpost.call.DeviceKey;
import dev.ringpost.call.Envelope;
import dev.ringpost.call.Flaw;
import dev.ringpost.call.Origin;
import dev.ringpost.call.RecordHeader;
import dev.ringpost.call.trace.TraceContext;
import dev.ringpost.call.trace.Traced;
import dev.ringpost.delivery.TokenInvalidation;
import dev.ringpost.events.DeadLetterHeaders;
import dev.ringpost.events.InvalidationJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record on its way out. Not safe for many threads: its sender's lock guards the body. */
final class Outgoing implements Traced {

  /** The content that is written. */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Body(byte @Nullable [] key, byte @Nullable [] value, List<RecordHeader> headers) {

    /** Room for a record's own fields and the client's objects, in bytes. */
    private static final int OVERHEAD = 128;

    /** About what it takes in memory, in bytes. */
    int bytes() {
      int bytes = OVERHEAD + length(key) + length(value);
      for (RecordHeader header : headers) {
        bytes += header.key().length() + length(header.value());
      }
      return bytes;
    }

    private static int length(byte @Nullable [] array) {
      return array == null ? 0 : array.length;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record KafkaHeader(String key, byte @Nullable [] value) implements Header {}

  private final Instant since;
  private final Origin origin;
  private final String about;
  private final CompletableFuture<Boolean> stored = new CompletableFuture<>();
  private Body body;
  private Optional<Body> smaller;
  private boolean triedAgain;
  private int lane;

  /**
   * @param since when it began to wait
   * @param origin the invite that it is about
   * @param about a word for the log if it must be given up: a verdict or a reason
   * @param smaller what is written instead if {@code body} is too large, if there is such a thing
   */
  Outgoing(Instant since, Origin origin, String about, Body body, Optional<Body> smaller) {
    this.since = since;
    this.origin = origin;
    this.about = about;
    this.body = body;
    this.smaller = smaller;
  }

  /** The word that a token is dead, under the key of its registration. */
  static Outgoing of(TokenInvalidation dead, Instant since) {
    var key = new DeviceKey(dead.user(), dead.device().id(), dead.device().kind());
    var body = new Body(key.bytes(), InvalidationJson.of(dead), List.of());
    return new Outgoing(since, dead.origin(), dead.reason(), body, Optional.empty());
  }

  /** A dead letter. Where its value is too large for the topic, the size stands in its place. */
  static Outgoing of(Arrival arrival, Flaw flaw, Instant since) {
    Envelope envelope = arrival.envelope();
    List<RecordHeader> headers = DeadLetterHeaders.of(arrival, flaw);
    Optional<Body> smaller =
        Optional.ofNullable(envelope.value())
            .map(value -> DeadLetterHeaders.valueSize(value.length))
            .map(size -> Stream.concat(headers.stream(), Stream.of(size)).toList())
            .map(all -> new Body(envelope.key(), null, all));
    var body = new Body(envelope.key(), envelope.value(), headers);
    return new Outgoing(since, envelope.origin(), flaw.reason().code(), body, smaller);
  }

  Instant since() {
    return since;
  }

  /** The trace of the invite, where the record itself carries it on. */
  @Override
  public Optional<TraceContext> trace() {
    return RecordHeader.trace(body.headers());
  }

  /** As a fact of the log: the invite that it is about. */
  @Override
  public String toString() {
    return origin.toString();
  }

  String about() {
    return about;
  }

  /** Completes with true when Kafka has it, with false when it never will. */
  CompletableFuture<Boolean> stored() {
    return stored;
  }

  /** About what it takes in memory, in bytes. */
  int bytes() {
    return body.bytes();
  }

  byte @Nullable [] key() {
    return body.key();
  }

  /** Takes note of the lane in which it is with the producer. */
  void flies(int in) {
    lane = in;
  }

  /** That in which it was sent last. */
  int lane() {
    return lane;
  }

  /** Takes note that a try failed and another one follows. */
  void tryAgain() {
    triedAgain = true;
  }

  /** Whether more than one try was needed, for whoever knows that it is stored. */
  boolean triedAgain() {
    return triedAgain;
  }

  /** Takes the smaller body, if there is one that was not tried yet. */
  boolean shrink() {
    if (smaller.isEmpty()) {
      return false;
    }
    body = smaller.get();
    smaller = Optional.empty();
    return true;
  }

  /**
   * A record for one try; each try has its own, for interceptors may write on it.
   *
   * @param millis its time, in milliseconds since 1970; on a topic of {@code LogAppendTime} the
   *     broker writes its own over it
   */
  ProducerRecord<byte[], byte[]> record(String topic, long millis) {
    List<Header> headers = new ArrayList<>(body.headers().size());
    body.headers().forEach(header -> headers.add(new KafkaHeader(header.key(), header.value())));
    return new ProducerRecord<>(topic, null, millis, body.key(), body.value(), headers);
  }
}
