package dev.ringpost.apns.path;

import dev.ringpost.apns.credentials.Causes;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The reading of the words with which Java's TLS ends: whether the client's certificate is to
 * blame, and whether the peer speaks TLS at all. The runtime has one exception for all of that and
 * no code in it, so its words are read, here and nowhere else. What they say is tried with real
 * handshakes, by {@code TestPushTest} and {@code NoWayToApnsTest}.
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

  /** Whether what answered does not speak TLS. */
  public static boolean showNoTls(Throwable failure) {
    return failure instanceof SSLException
        && String.valueOf(failure.getMessage()).contains("unrecognized SSL message");
  }

  /** The words about an alert, empty if there was none. */
  private static String words(@Nullable Throwable failure) {
    SSLException tls = Causes.find(failure, SSLException.class);
    String words = tls == null ? "" : Causes.innermost(tls);
    return words.contains("alert") ? words : "";
  }
}
