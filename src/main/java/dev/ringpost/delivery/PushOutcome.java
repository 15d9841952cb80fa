package dev.ringpost.delivery;

import dev.ringpost.call.DeadLetterReason;
import java.time.Instant;
import java.util.Optional;

/** The outcome of one device's push, as far as one attempt can know. */
public sealed interface PushOutcome {

  /** The word for it in results and metrics; a fixed small set. */
  String code();

  /** Words for a person, where the code does not say all; no token, no payload. */
  default String detail() {
    return "";
  }

  /** The outcome that APNs accepted the push (200). Accepted is not delivered. */
  record Accepted() implements PushOutcome {
    @Override
    public String code() {
      return "accepted";
    }
  }

  /**
   * The outcome that the token is dead (410).
   *
   * @param since when APNs knew it, if it said so
   */
  record Unregistered(Optional<Instant> since) implements PushOutcome {
    @Override
    public String code() {
      return "token_gone";
    }
  }

  /** A failure after which another try can succeed. */
  record TryAgain(RetryReason cause) implements PushOutcome {
    @Override
    public String code() {
      return cause.code();
    }
  }

  /**
   * A refusal by APNs or by Ringpost; the same push would get the same answer.
   *
   * @param detail words for a person; no token, no payload
   */
  record Refused(RejectionReason refusal, String detail) implements PushOutcome {
    @Override
    public String code() {
      return refusal.code();
    }
  }

  /** A push that Ringpost held back; nothing of it reached a connection. */
  record NotSent(NotSentReason why) implements PushOutcome {
    @Override
    public String code() {
      return why.code();
    }
  }

  /** The reason why another try can succeed. */
  enum RetryReason {
    /** Written, but no answer in time: the phone may ring. */
    NO_ANSWER("no_answer"),
    /** The connection could not be made or broke: if it broke after the writing, it may ring. */
    CONNECTION("connection"),
    /** Every place on every connection was taken for as long as the attempt lasted. */
    BUSY("busy"),
    /** APNs had trouble of its own (5xx). */
    SERVER("server"),
    /** APNs wants fewer pushes (429). */
    THROTTLED("throttled"),
    /** APNs does not accept our credential (403). */
    CREDENTIAL("credential"),
    /** Not tried: the way to APNs accepts no pushes now. */
    ROUTE_DOWN("route_down"),
    /** Not tried: APNs has answered nearly all pushes of late with trouble of its own (5xx). */
    SERVER_DOWN("server_down"),
    /** The worker is leaving and could not wait: if it was written, the phone may ring. */
    LEAVING("leaving");

    private final String code;

    RetryReason(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }

  /** The reason why the same push will get the same answer. */
  enum RejectionReason {
    /** The token is not one of this environment: dead, as far as this call is concerned. */
    BAD_DEVICE_TOKEN("bad_device_token"),
    /** No credential is configured for the token's app and environment. */
    NO_ROUTE("no_route"),
    /** The payload would be larger than APNs accepts. */
    PAYLOAD_TOO_LARGE("payload_too_large", DeadLetterReason.PAYLOAD_TOO_LARGE),
    /** The topic does not fit the token or the credential. */
    WRONG_TOPIC("wrong_topic", DeadLetterReason.WRONG_TOPIC),
    /** APNs named a mistake in our request. */
    BAD_REQUEST("bad_request", DeadLetterReason.BAD_REQUEST),
    /** A 4xx that we do not know. */
    UNKNOWN("unknown_refusal", DeadLetterReason.UNKNOWN_REFUSAL);

    private final String code;
    private final Optional<DeadLetterReason> mistake;

    RejectionReason(String code) {
      this.code = code;
      this.mistake = Optional.empty();
    }

    RejectionReason(String code, DeadLetterReason mistake) {
      this.code = code;
      this.mistake = Optional.of(mistake);
    }

    public String code() {
      return code;
    }

    /** What an operator must fix, if the refusal is our mistake or the producer's. */
    public Optional<DeadLetterReason> mistake() {
      return mistake;
    }
  }

  /** The reason why a push was held back. */
  enum NotSentReason {
    /** The deadline passed. */
    LATE("late"),
    /** The call ended. */
    ENDED("ended"),
    /** The device is awake and rings already. */
    RINGING("ringing"),
    /** The partition belongs to another worker now, which will ring. */
    LOST("lost");

    private final String code;

    NotSentReason(String code) {
      this.code = code;
    }

    public String code() {
      return code;
    }
  }
}
