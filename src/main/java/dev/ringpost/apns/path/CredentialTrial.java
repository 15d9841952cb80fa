package dev.ringpost.apns.path;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.wire.OneShotPush;
import dev.ringpost.apns.wire.ReasonTable;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.VoipToken;
import dev.ringpost.delivery.ApnsResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;

/**
 * A trial of a credential before any call depends on it: one push, on a connection of its own, to a
 * token that no device has. A connection alone proves little, for APNs judges a key only with a
 * push. The answer {@code BadDeviceToken} is the good one; it must not be earned on a connection,
 * for APNs slows connections down that earn it.
 */
public final class CredentialTrial {

  /** Bound on the answer, once there is a connection. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(5);

  /** Well-formed, and no device's: 32 bytes that no chance will hit. */
  public static final String NOBODY =
      HexFormat.of().formatHex("ringpost knows no phone by this!".getBytes(US_ASCII));

  /** Nobody reads it. */
  static final String EMPTY_PAYLOAD = "{\"aps\":{}}";

  private static final UUID ID = UUID.nameUUIDFromBytes(NOBODY.getBytes(US_ASCII));

  /** The outcome of a trial. */
  public sealed interface Verdict {

    /** The verdict that APNs accepts the credential for the app. */
    record Good() implements Verdict {}

    /** The verdict that APNs does not accept it; {@code why} is its answer. */
    record Bad(String why) implements Verdict {}

    /** The verdict that it is unknown for now. */
    record Unknown(String why) implements Verdict {}
  }

  private CredentialTrial() {}

  /**
   * Tries a credential for one app; takes the time to connect and {@link #ANSWER_MAX} at most. Not
   * to be called on the loop.
   */
  public static Verdict run(OneShotClient client, Credential candidate, BundleId app)
      throws InterruptedException {
    return switch (client.send(toNobody(app, ID), candidate, ANSWER_MAX)) {
      case OneShotClient.Answered answered -> judge(answered.answer());
      case OneShotClient.Failed failed ->
          // a certificate is refused in the handshake, and not always in words
          TlsAlerts.blameClientCertificate(failed.cause())
              ? new Verdict.Bad(failed.words())
              : new Verdict.Unknown(failed.words());
    };
  }

  /** What an answer to the push says of the credential. */
  public static Verdict judge(ApnsResponse answer) {
    String words = ("APNs answered " + answer.status() + " " + answer.reason()).strip();
    return switch (ReasonTable.proof(answer)) {
      case PROVEN -> new Verdict.Good();
      case REFUSED -> new Verdict.Bad(words);
      case NONE -> new Verdict.Unknown(words + ", which proves nothing");
    };
  }

  /** A push that no phone gets. */
  public static OneShotPush toNobody(BundleId app, UUID id) {
    return new OneShotPush(
        app, VoipToken.parse(NOBODY), EMPTY_PAYLOAD, null, id, () -> Instant.EPOCH);
  }
}
