package dev.ringpost.testing.apns;

import io.netty.handler.codec.http2.Http2Error;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The behaviour of the local APNs with a push that it has read whole. */
public sealed interface Behaviour {

  /** The form of an answer's body. With 200, which has no body, only the last two mean anything. */
  enum Body {
    /** In one frame, as Apple sends it. */
    WHOLE,
    /** In two frames, after which Pushy knows neither reason nor timestamp. */
    SPLIT,
    /**
     * Not at all: the headers end the stream, after which Pushy does not know the status either.
     */
    MISSING,
    /** As words that are not JSON, as a proxy on the way sends them. */
    NOT_JSON,
    /** As words that are not JSON, and more of them than fit into anybody's answer. */
    LARGE,
    /** With trailers behind it, which HTTP/2 allows and Pushy does not expect. */
    TRAILERS,
    /** After headers without a status, which HTTP/2 does not allow. */
    NO_STATUS
  }

  /**
   * An answer.
   *
   * @param status the HTTP status; 200 has no body, all others have one
   * @param reason Apple's word for it; none makes the body an empty object
   * @param timestamp since when the token is dead, which Apple sends with 410 only
   * @param delay how long the answer waits; other pushes of the connection do not wait with it
   * @param body how it comes
   */
  record Answers(
      int status, Optional<String> reason, Optional<Instant> timestamp, Duration delay, Body body)
      implements Behaviour {

    public Answers {
      if (status < 200 || status > 599) {
        throw new IllegalArgumentException("a final status is 200 to 599, not " + status);
      }
      if (delay.isNegative()) {
        throw new IllegalArgumentException("an answer cannot come before its push");
      }
    }

    /** The same answer, given later. */
    public Answers after(Duration delay) {
      return new Answers(status, reason, timestamp, delay, body);
    }

    /** The same answer with its body in another shape. */
    public Answers with(Body body) {
      return new Answers(status, reason, timestamp, delay, body);
    }
  }

  /**
   * An answer as it is written here, at once, whether or not Apple would ever give it.
   *
   * @param status what stands for the status; none leaves it out
   * @param headers what follows it
   * @param data the body's frames
   * @param trailers whether headers end the stream, and not the last of the others
   */
  record AnswersWith(
      Optional<String> status, List<Header> headers, List<byte[]> data, boolean trailers)
      implements Behaviour {

    /** A header as it is written. */
    public record Header(String name, String value) {}

    public AnswersWith {
      headers = List.copyOf(headers);
      data = List.copyOf(data);
    }
  }

  /** A silence: no answer ever, and the stream stays open. */
  record KeepsSilent() implements Behaviour {}

  /**
   * A reset of the stream (RST_STREAM).
   *
   * @param code the HTTP/2 error code, 0 to 2^32 - 1
   * @param delay how long it waits with that
   */
  record ResetsStream(long code, Duration delay) implements Behaviour {

    public ResetsStream {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("a stream cannot end before its push");
      }
      if (code < 0 || code > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException("an error code has 32 bits, not " + code);
      }
    }

    /** The same, later. */
    public ResetsStream after(Duration delay) {
      return new ResetsStream(code, delay);
    }
  }

  /** A fault of the connection that brought the push. */
  record FailsConnection(ConnectionFault fault) implements Behaviour {}

  /** 200, at once. */
  static Answers accepts() {
    return answers(200, Optional.empty(), Optional.empty());
  }

  /** A status and Apple's reason, at once. */
  static Answers rejects(int status, String reason) {
    return answers(status, Optional.of(reason), Optional.empty());
  }

  /** A status, Apple's reason and the time since when the token is dead, at once. */
  static Answers rejects(int status, String reason, Instant timestamp) {
    return answers(status, Optional.of(reason), Optional.of(timestamp));
  }

  private static Answers answers(int status, Optional<String> reason, Optional<Instant> timestamp) {
    return new Answers(status, reason, timestamp, Duration.ZERO, Body.WHOLE);
  }

  /** No answer, ever. */
  static Behaviour keepsSilent() {
    return new KeepsSilent();
  }

  /** RST_STREAM with a code. */
  static ResetsStream resetsStream(Http2Error error) {
    return new ResetsStream(error.code(), Duration.ZERO);
  }

  /** RST_STREAM as APNs sends it to a client that it throttles: the push was not looked at. */
  static ResetsStream refusesStream() {
    return resetsStream(Http2Error.REFUSED_STREAM);
  }

  /** The end of the connection. */
  static Behaviour failsConnection(ConnectionFault fault) {
    return new FailsConnection(fault);
  }
}
