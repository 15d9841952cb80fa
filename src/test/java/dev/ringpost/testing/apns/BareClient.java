package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A client that says no more than HTTP/2's first words. */
final class BareClient {

  /** Longer than a server on this machine needs for its SETTINGS. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private BareClient() {}

  /** Whether a new connection hears anything after its handshake. */
  static boolean hearsSomething(LocalApns apns, LocalCredentials credentials) throws Exception {
    try (var socket =
        (SSLSocket) tls(credentials).getSocketFactory().createSocket(LocalApns.HOST, apns.port())) {
      socket.startHandshake();
      socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      socket.setSoTimeout((int) PATIENCE.toMillis());
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static SSLContext tls(LocalCredentials credentials) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    try (var pem = Files.newInputStream(credentials.trustedCertificates())) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), new SecureRandom());
    return tls;
  }
}
