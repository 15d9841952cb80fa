package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.credentials.Causes;
import dev.ringpost.apns.path.ApnsPath;
import dev.ringpost.apns.path.OneShotClient.Failed;
import dev.ringpost.apns.path.TlsAlerts;
import dev.ringpost.apns.wire.PushSuppressedException;
import io.netty.handler.proxy.ProxyConnectException;

/**
 * The reason why a push on a connection of its own has no answer, in words for a person: what was
 * seen, and what to do.
 *
 * @param end what it comes to
 * @param what one sentence
 * @param todo one or two sentences, an order
 */
record FailureDiagnosis(PushEnd end, String what, String todo) {

  private static final String NOTHING_WRITTEN = " Nothing was written, so no phone rings.";

  /**
   * After a {@link ApnsPathCheck} that found the way free.
   *
   * @param withCertificate whether the credential is a certificate, which TLS shows
   */
  static FailureDiagnosis of(Failed failed, ApnsPath path, boolean withCertificate) {
    if (Causes.find(failed.cause(), PushSuppressedException.class) != null) {
      return new FailureDiagnosis(
          PushEnd.TRY_LATER,
          "The push expired before it could be written.",
          "Give it more time with --expires.");
    }
    if (failed.written()) {
      return new FailureDiagnosis(
          PushEnd.TRY_LATER,
          "The push was written and has no answer: " + failed.words() + ".",
          "Try again. The phone may have rung all the same.");
    }
    FailureDiagnosis unwritten = unwritten(failed, path, withCertificate);
    return new FailureDiagnosis(
        unwritten.end(), unwritten.what() + NOTHING_WRITTEN, unwritten.todo());
  }

  private static FailureDiagnosis unwritten(Failed failed, ApnsPath path, boolean withCertificate) {
    String words = failed.words() + ".";
    if (withCertificate && TlsAlerts.blameClientCertificate(failed.cause())) {
      return new FailureDiagnosis(
          PushEnd.CREDENTIAL,
          "APNs ended TLS once it had seen the certificate: " + words,
          "Use a VoIP Services Certificate that is neither revoked nor expired.");
    }
    if (!withCertificate && TlsAlerts.missClientCertificate(failed.cause())) {
      return new FailureDiagnosis(
          PushEnd.UNREACHABLE,
          "The server requires a client certificate, and a key has none: " + words,
          "APNs requires none from a client with a key: see what answers at "
              + path.server().host()
              + " port "
              + path.server().port()
              + ".");
    }
    if (Causes.find(failed.cause(), ProxyConnectException.class) != null) {
      return new FailureDiagnosis(
          PushEnd.UNREACHABLE,
          "The proxy did not let the push through: " + words,
          "Try again, and see what the proxy's own log says.");
    }
    return switch (failed.step()) {
      case DNS ->
          new FailureDiagnosis(
              PushEnd.UNREACHABLE,
              "No address: " + words,
              "See that the name servers of this machine or container answer.");
      case TCP, PROXY ->
          new FailureDiagnosis(
              PushEnd.UNREACHABLE,
              "No connection: " + words,
              "See that no firewall closes the way, and try again.");
      case TLS ->
          new FailureDiagnosis(
              PushEnd.UNREACHABLE,
              "No TLS: " + words,
              "Something on the way cuts TLS. Let this machine reach APNs directly.");
      case SETTINGS ->
          new FailureDiagnosis(
              PushEnd.UNREACHABLE,
              "TLS works, but no HTTP/2 follows: " + words,
              "Something on the way does not let HTTP/2 through. Let this machine reach APNs"
                  + " directly.");
      case OPEN ->
          new FailureDiagnosis(
              PushEnd.TRY_LATER, "The connection could not be used: " + words, "Try again.");
    };
  }
}
