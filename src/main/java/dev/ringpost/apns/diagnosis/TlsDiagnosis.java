package dev.ringpost.apns.diagnosis;

import dev.ringpost.apns.credentials.Causes;
import dev.ringpost.apns.path.ApnsSettings;
import dev.ringpost.apns.path.TlsAlerts;
import dev.ringpost.call.findings.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/** The reason, in words, why TLS did not come about, and what to do. */
final class TlsDiagnosis {

  private static final String APPLE_HOSTS = ".push.apple.com";
  private static final String APPLE = "Apple Inc.";

  /** What Apple's servers lead back to since early 2025. */
  private static final String APPLES_ROOT = "USERTrust RSA Certification Authority";

  /** The kind of name in a certificate that is a DNS name (RFC 5280, 4.2.1.6). */
  private static final int DNS_NAME = 2;

  /** The kind that is an address. */
  private static final int IP_ADDRESS = 7;

  private static final Pattern IP = Pattern.compile("[0-9.]+|.*:.*");

  private final ApnsSettings.Endpoint server;
  private final List<X509Certificate> chain;
  private final boolean refused;
  private final boolean ownTrust;
  private final Instant now;

  /**
   * @param chain what the server showed, its own certificate first; empty if it came to none
   * @param refused whether that is not trusted, or is for another name
   * @param ownTrust whether {@code apns.trusted-certificates} stand in for the runtime's
   * @param now what this machine's clock says
   */
  TlsDiagnosis(
      ApnsSettings.Endpoint server,
      List<X509Certificate> chain,
      boolean refused,
      boolean ownTrust,
      Instant now) {
    this.server = server;
    this.chain = chain;
    this.refused = refused;
    this.ownTrust = ownTrust;
    this.now = now;
  }

  Finding explain(IOException failure) {
    if (chain.isEmpty()) {
      return withoutCertificate(failure);
    }
    return refused ? withCertificate(failure) : afterCertificate(failure);
  }

  /** Whether TLS ended for want of a certificate of the client, which trusts the server. */
  boolean demandsClientCertificate(IOException failure) {
    return !chain.isEmpty() && !refused && TlsAlerts.missClientCertificate(failure);
  }

  private Finding withoutCertificate(IOException failure) {
    String where = server.host() + " port " + server.port();
    if (failure instanceof SocketTimeoutException) {
      return Finding.failed(
          "",
          where + " accepts connections but does not answer TLS.",
          "Something on the way holds it: a firewall or proxy. Let this machine reach it"
              + " directly.");
    }
    if (TlsAlerts.showNoTls(failure)) {
      return Finding.failed(
          "",
          "What answers at " + where + " does not speak TLS.",
          "That is not APNs but something on the way, such as a proxy or a login page, or the port"
              + " is wrong.");
    }
    return Finding.failed(
        "",
        "The TLS handshake with " + where + " was cut off: " + Causes.innermost(failure) + ".",
        "A firewall that looks into TLS does that, or one that blocks by name. Let this machine"
            + " reach it directly.");
  }

  private Finding afterCertificate(IOException failure) {
    String where = server.host() + " port " + server.port();
    if (failure instanceof SocketTimeoutException) {
      return Finding.failed(
          "",
          where + " showed a certificate that is in order, but does not complete TLS in time.",
          "Something on the way holds it: a firewall or proxy. Let this machine reach it"
              + " directly.");
    }
    return Finding.failed(
        "",
        where
            + " showed a certificate that is in order, and then ended TLS: "
            + Causes.innermost(failure)
            + ".",
        "Something on the way cuts TLS, or that server demands something of its clients: see its"
            + " own log.");
  }

  private Finding withCertificate(IOException failure) {
    X509Certificate leaf = chain.getFirst();
    for (X509Certificate certificate : chain) {
      if (now.isBefore(certificate.getNotBefore().toInstant())) {
        return Finding.failed(
            "",
            "The server's certificate is valid from "
                + certificate.getNotBefore().toInstant()
                + " on, and this machine's clock says "
                + now
                + ".",
            "Set this machine's clock.");
      }
      if (now.isAfter(certificate.getNotAfter().toInstant())) {
        return Finding.failed(
            "",
            "The server's certificate expired at "
                + certificate.getNotAfter().toInstant()
                + ", and this machine's clock says "
                + now
                + ".",
            "Set this machine's clock if it is wrong; if it is right, that is not Apple's server.");
      }
    }
    Set<String> names = hostNames(leaf);
    if (names.stream().noneMatch(this::covers)) {
      return Finding.failed(
          "",
          "The certificate is for "
              + String.join(", ", names)
              + " and not for "
              + server.host()
              + ".",
          "Something else answers in that server's place: check DNS, proxies and the host's name.");
    }
    return untrusted(leaf, failure);
  }

  private Finding untrusted(X509Certificate leaf, IOException failure) {
    String issuer = name(chain.getLast().getIssuerX500Principal());
    boolean apple = organization(leaf.getIssuerX500Principal()).equals(APPLE);
    if (!server.tlsName().endsWith(APPLE_HOSTS)) {
      return Finding.failed(
          "",
          "The certificate is signed by " + issuer + ", which is not trusted here.",
          "For a test server, name the certificate of " + issuer + " as a trusted one.");
    }
    if (!apple) {
      return Finding.failed(
          "",
          "The certificate comes from "
              + issuer
              + " and not from Apple: a proxy on the way opens TLS and looks inside.",
          "Exclude " + server.host() + " from the inspection.");
    }
    return Finding.failed(
        "",
        "Apple's certificate is issued under " + issuer + ", which this runtime does not trust.",
        ownTrust
            ? "Remove the trusted certificates from the settings: they are for test servers."
            : "Bring the runtime's authorities up to date: they must have "
                + APPLES_ROOT
                + ". ("
                + Causes.innermost(failure)
                + ")");
  }

  private boolean covers(String pattern) {
    if (pattern.startsWith("*.")) {
      int dot = server.tlsName().indexOf('.');
      return dot > 0 && server.tlsName().substring(dot).equalsIgnoreCase(pattern.substring(1));
    }
    return spelling(pattern).equalsIgnoreCase(spelling(server.tlsName()));
  }

  /** One of the many spellings that an IPv6 address has; a name as it is. */
  private static String spelling(String name) {
    try {
      return InetAddress.ofLiteral(name).getHostAddress();
    } catch (IllegalArgumentException _) {
      return name;
    }
  }

  /** The names of the kind that was asked for, or the subject's where there is none. */
  private Set<String> hostNames(X509Certificate certificate) {
    int kind = IP.matcher(server.tlsName()).matches() ? IP_ADDRESS : DNS_NAME;
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(0).equals(kind)) {
            names.add(String.valueOf(alternative.get(1)));
          }
        }
      }
    } catch (CertificateParsingException _) {
      // then its subject's name must do
    }
    if (names.isEmpty()) {
      names.add(name(certificate.getSubjectX500Principal()));
    }
    return names;
  }

  /** The common name of a certificate's subject or issuer, or all of it where there is none. */
  static String name(X500Principal of) {
    String common = part(of, BCStyle.CN);
    return common.isEmpty() ? of.getName() : common;
  }

  private static String organization(X500Principal of) {
    return part(of, BCStyle.O);
  }

  private static String part(X500Principal of, ASN1ObjectIdentifier kind) {
    RDN[] parts = X500Name.getInstance(of.getEncoded()).getRDNs(kind);
    return parts.length == 0 ? "" : IETFUtils.valueToString(parts[0].getFirst().getValue());
  }
}
