package dev.ringpost.apns.wire;

import dev.ringpost.apns.credentials.AppSettings;
import dev.ringpost.apns.credentials.Credential;
import dev.ringpost.apns.payload.AlertPayload;
import dev.ringpost.apns.payload.VoipPayload;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Device;
import dev.ringpost.delivery.PushOutcome;
import dev.ringpost.delivery.PushOutcome.Refused;
import dev.ringpost.delivery.PushOutcome.RejectionReason;
import dev.ringpost.delivery.PushRequest;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The letters to an app's phones: calls that ring, and alerts that tell of missed ones. Safe for
 * many threads.
 *
 * @param payload what rings
 * @param alert what tells of missed calls; empty where nothing may
 */
public record AppLetters(BundleId app, VoipPayload payload, Optional<AlertPayload> alert) {

  private static final Logger log = LoggerFactory.getLogger(AppLetters.class);

  /** The letter of a push, or why there is none. */
  public sealed interface Written {}

  /** A letter to a phone. */
  public record Letter(String topic, String payload) implements Written {}

  /** What lets missed calls be told. */
  public static final String MISSED_CALLS_FIX =
      "use a signing key, or a certificate that names the app's own topic too";

  /** A push that APNs would refuse. */
  public record Unwritten(PushOutcome why) implements Written {}

  /**
   * The letters of an app. A certificate for VoIP alone may send nothing else, and APNs would
   * refuse each alert.
   */
  public static AppLetters of(AppSettings app, BundleId bundleId, Credential credential) {
    Optional<AlertPayload> alert =
        app.payload().alert().map(words -> new AlertPayload(words, app.payload()));
    if (cannotTellMissedCalls(app, bundleId, credential)) {
      log.atWarn()
          .addKeyValue("app", bundleId)
          .addKeyValue("credential", credential)
          .log(
              "the certificate is for VoIP pushes only, and so no missed call of this app is told; "
                  + MISSED_CALLS_FIX);
      alert = Optional.empty();
    }
    return new AppLetters(bundleId, new VoipPayload(app.payload()), alert);
  }

  /** Whether an app's missed calls are to be told, and its credential lets nobody do it. */
  public static boolean cannotTellMissedCalls(
      AppSettings app, BundleId bundleId, Credential credential) {
    return app.payload().alert().isPresent() && !credential.mayPushTo(bundleId.value());
  }

  /** What is written for a device. */
  public Written letter(PushRequest request, Instant now) {
    Device device = request.device();
    return switch (device.kind()) {
      case VOIP -> {
        String text = payload.render(request.attempt(), device, now);
        yield VoipPayload.isTooLarge(text)
            ? tooLarge(text, VoipPayload.MAX_BYTES)
            : new Letter(app.voipTopic(), text);
      }
      case ALERT -> alert.map(it -> letter(it, request)).orElseGet(this::noAlerts);
    };
  }

  private Written letter(AlertPayload alerts, PushRequest request) {
    String text = alerts.render(request.attempt().invite(), request.device());
    return VoipPayload.size(text) > AlertPayload.MAX_BYTES
        ? tooLarge(text, AlertPayload.MAX_BYTES)
        : new Letter(app.value(), text);
  }

  private Written noAlerts() {
    return new Unwritten(
        new Refused(
            RejectionReason.NO_ROUTE,
            "no credential of " + app + " may send alerts; use a signing key"));
  }

  private static Written tooLarge(String text, int most) {
    return new Unwritten(
        new Refused(
            RejectionReason.PAYLOAD_TOO_LARGE,
            "the payload has "
                + VoipPayload.size(text)
                + " bytes and APNs accepts "
                + most
                + "; send less in custom"));
  }
}
