package dev.ringpost.apns.path;

import dev.ringpost.apns.credentials.Causes;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The reading of alerts with which a server ended TLS: whether the client's certificate is to
 * blame.
 */
public final class TlsAlerts {

  private static final List<String> BLAMING = List.of("certificate", "unknown_ca", "access_denied");

  private TlsAlerts() {}

  /**
   * Whether a server ended TLS for the certificate that the client showed. Other alerts may be the
   * server's own trouble.
   */
  public static boolean blameClientCertificate(@Nullable Throwable failure) {
    String alert = words(failure);
    return BLAMING.stream().anyMatch(alert::contains);
  }

  /**
   * Whether a server that speaks TLS with others ended it for want of a client's certificate: TLS
   * 1.2 has no alert of its own for that (RFC 5246, 7.4.6).
   */
  public static boolean missClientCertificate(@Nullable Throwable failure) {
    return blameClientCertificate(failure) || words(failure).contains("handshake_failure");
  }

  /** The words about an alert, empty if there was none. */
  private static String words(@Nullable Throwable failure) {
    SSLException tls = Causes.find(failure, SSLException.class);
    String words = tls == null ? "" : Causes.innermost(tls);
    return words.contains("alert") ? words : "";
  }
}
