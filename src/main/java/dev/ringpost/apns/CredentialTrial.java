package dev.ringpost.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsPushNotification;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushNotificationResponse;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.ringpost.delivery.Answer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tries a credential before any call depends on it: one push, on a connection of its own, to a
 * token that no device has. A connection alone proves little, for APNs judges a key only with a
 * push. The answer {@code BadDeviceToken} is the good one; it must not be earned on a lane, for
 * APNs slows connections down that earn it.
 */
final class CredentialTrial {

  /** Well-formed, and no device's: 32 bytes that no chance will hit. */
  static final String NOBODY =
      HexFormat.of().formatHex("ringpost knows no phone by this!".getBytes(US_ASCII));

  /** Nobody reads it. */
  static final String EMPTY_PAYLOAD = "{\"aps\":{}}";

  /** How a trial ended. */
  sealed interface Verdict {

    /** APNs takes the credential for the topic. */
    record Good() implements Verdict {}

    /** APNs does not; {@code why} is its answer. */
    record Bad(String why) implements Verdict {}

    /** It cannot be told now. */
    record Unknown(String why) implements Verdict {}
  }

  private CredentialTrial() {}

  /**
   * Tries a credential; takes {@code patience} at most. Not to be called on the loop.
   *
   * @param topic what the credential must be good for
   */
  static Verdict run(ApnsClients clients, Credential candidate, String topic, Duration patience)
      throws InterruptedException {
    ApnsClient client;
    try {
      client = clients.buildTrial(candidate);
    } catch (SSLException e) {
      return new Verdict.Bad("no TLS client can be made with it: " + e.getMessage());
    }
    try {
      // on a copy: a time-out on Pushy's own future would make Pushy report a failure of its own
      return judge(
          client
              .sendNotification(push(topic))
              .copy()
              .get(patience.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException _) {
      return new Verdict.Unknown("no answer within " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      return failed(e.getCause());
    } finally {
      var _ = client.close();
    }
  }

  private static Verdict judge(PushNotificationResponse<ApnsPushNotification> response) {
    return judge(new Answer(response.getStatusCode(), response.getRejectionReason().orElse("")));
  }

  /** What an answer to the push says of the credential. */
  static Verdict judge(Answer answer) {
    String words = ("APNs answered " + answer.status() + " " + answer.reason()).strip();
    return switch (ReasonTable.proof(answer)) {
      case PROVEN -> new Verdict.Good();
      case REFUSED -> new Verdict.Bad(words);
      case NONE -> new Verdict.Unknown(words + ", which proves nothing");
    };
  }

  /** A certificate is refused in the handshake, and not always in words. */
  private static Verdict failed(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (TlsTrouble.blamesClientCertificate(cause)) {
        return new Verdict.Bad("TLS: " + cause.getMessage());
      }
    }
    return new Verdict.Unknown(String.valueOf(failure));
  }

  private static ApnsPushNotification push(String topic) {
    return new SimpleApnsPushNotification(
        NOBODY,
        topic,
        EMPTY_PAYLOAD,
        null,
        DeliveryPriority.IMMEDIATE,
        PushType.VOIP,
        null,
        UUID.nameUUIDFromBytes(NOBODY.getBytes(US_ASCII)));
  }
}
