package dev.ringpost.devkit;

import dev.ringpost.call.VoipToken;
import dev.ringpost.testing.apns.Behaviour;
import dev.ringpost.testing.apns.ReceivedPush;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * The answer of the devkit's APNs for a made-up phone. It stands in the first digits of the phone's
 * token, for the program that calls and the one that answers share nothing else.
 */
enum PhoneAnswer {
  ACCEPTED(200, ""),
  UNREGISTERED(410, "Unregistered"),
  BAD_TOKEN(400, "BadDeviceToken"),
  THROTTLED(429, "TooManyRequests"),
  UNAVAILABLE(503, "ServiceUnavailable");

  /** Long enough that no token of a real phone begins so by chance. */
  private static final String MARK = "dec0de00000000";

  private final int status;
  private final String reason;

  PhoneAnswer(int status, String reason) {
    this.status = status;
    this.reason = reason;
  }

  /** The word for it on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The same phone with a token that asks for this answer. */
  VoipToken on(VoipToken token) {
    if (this == ACCEPTED) {
      return token;
    }
    String start = start();
    return VoipToken.parse(start + token.hex().substring(start.length()));
  }

  /** What a push to a token gets; as long as no phone asks for another answer, what it got. */
  static Behaviour to(ReceivedPush push) {
    return Arrays.stream(values())
        .filter(answer -> answer != ACCEPTED && push.token().startsWith(answer.start()))
        .findFirst()
        .map(PhoneAnswer::behaviour)
        .orElse(push.behaviour());
  }

  private Behaviour behaviour() {
    return switch (this) {
      case ACCEPTED -> Behaviour.accepts();
      case UNREGISTERED -> Behaviour.rejects(status, reason, Instant.now());
      case BAD_TOKEN, THROTTLED, UNAVAILABLE -> Behaviour.rejects(status, reason);
    };
  }

  private String start() {
    return MARK + status;
  }
}
