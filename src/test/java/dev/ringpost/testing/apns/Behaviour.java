package dev.ringpost.testing.apns;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What the local APNs does with a push that it has read whole. */
public sealed interface Behaviour {

  /**
   * It answers.
   *
   * @param status the HTTP status; 200 has no body, all others have one
   * @param reason Apple's word for it; none makes the body an empty object
   * @param timestamp since when the token is dead, which Apple sends with 410 only
   * @param delay how long the answer waits; other pushes of the connection do not wait with it
   */
  record Answers(int status, Optional<String> reason, Optional<Instant> timestamp, Duration delay)
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
      return new Answers(status, reason, timestamp, delay);
    }
  }

  /** It never answers, and the stream stays open. */
  record KeepsSilent() implements Behaviour {}

  /** 200, at once. */
  static Answers accepts() {
    return new Answers(200, Optional.empty(), Optional.empty(), Duration.ZERO);
  }

  /** A status and Apple's reason, at once. */
  static Answers rejects(int status, String reason) {
    return new Answers(status, Optional.of(reason), Optional.empty(), Duration.ZERO);
  }

  /** A status, Apple's reason and the time since when the token is dead, at once. */
  static Answers rejects(int status, String reason, Instant timestamp) {
    return new Answers(status, Optional.of(reason), Optional.of(timestamp), Duration.ZERO);
  }

  /** No answer, ever. */
  static Behaviour keepsSilent() {
    return new KeepsSilent();
  }
}
