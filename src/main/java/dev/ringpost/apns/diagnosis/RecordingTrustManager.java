package dev.ringpost.apns.diagnosis;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A trust manager that trusts whom another trusts, and remembers what the server showed, also if
 * that is refused.
 */
final class RecordingTrustManager extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager authorities;
  private List<X509Certificate> chain = List.of();
  private boolean refused;

  RecordingTrustManager(X509ExtendedTrustManager authorities) {
    this.authorities = authorities;
  }

  /** The server's certificate first, empty if it came to none. */
  List<X509Certificate> chain() {
    return chain;
  }

  /** Whether the server showed a certificate that is not trusted, or is for another name. */
  boolean isRefused() {
    return refused;
  }

  /** The server's certificate in words. */
  String words() {
    if (chain.isEmpty()) {
      return "no certificate";
    }
    X509Certificate leaf = chain.getFirst();
    return "certificate of "
        + TlsDiagnosis.name(leaf.getSubjectX500Principal())
        + " by "
        + TlsDiagnosis.name(leaf.getIssuerX500Principal())
        + ", valid until "
        + leaf.getNotAfter().toInstant();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String authType, Socket socket)
      throws CertificateException {
    begin(shown);
    authorities.checkServerTrusted(shown, authType, socket);
    refused = false;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
      throws CertificateException {
    begin(shown);
    authorities.checkServerTrusted(shown, authType, engine);
    refused = false;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String authType)
      throws CertificateException {
    begin(shown);
    authorities.checkServerTrusted(shown, authType);
    refused = false;
  }

  private void begin(X509Certificate[] shown) {
    chain = List.of(shown);
    refused = true;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String authType)
      throws CertificateException {
    throw new CertificateException("this is a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
