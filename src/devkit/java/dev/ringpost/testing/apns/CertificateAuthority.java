package dev.ringpost.testing.apns;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** An issuer of X.509 certificates (RFC 5280) over P-256 keys, signed with ECDSA and SHA-256. */
final class CertificateAuthority {

  /** A certificate and its key. */
  record Issued(PrivateKey key, X509Certificate certificate) {}

  /** Apple's extension that lists the topics of a provider certificate. */
  private static final String APPLE_TOPICS = "1.2.840.113635.100.6.3.6";

  /** Apple's mark of a certificate that may send VoIP pushes. */
  private static final String APPLE_VOIP = "1.2.840.113635.100.6.3.4";

  private static final String COMMON_NAME = "2.5.4.3";
  private static final String ORGANIZATION = "2.5.4.10";
  private static final String USER_ID = "0.9.2342.19200300.100.1.1";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
  private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final byte[] NULL = {5, 0};

  /** The length of an empty sequence, which no certificate may have for its extensions. */
  private static final int EMPTY = 2;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] name;
  private final Instant now;
  private final Issued root;

  /**
   * @param now certificates are valid from a day before to a year after
   */
  CertificateAuthority(String commonName, Instant now) {
    this.name = Der.sequence(attribute(COMMON_NAME, commonName));
    this.now = now;
    KeyPair pair = newKeyPair();
    byte[] extensions =
        Der.sequence(
            extension(BASIC_CONSTRAINTS, true, Der.sequence(Der.bool(true))),
            extension(KEY_USAGE, true, Der.bits(new byte[] {0x06}, 1)));
    this.root =
        new Issued(pair.getPrivate(), sign(name, pair.getPublic(), extensions, pair.getPrivate()));
  }

  X509Certificate certificate() {
    return root.certificate();
  }

  /** A certificate of a server on this machine: {@code localhost} and {@code 127.0.0.1}. */
  Issued issueForServer() {
    byte[] names =
        Der.sequence(Der.ascii(0x82, "localhost"), Der.tagged(0x87, new byte[] {127, 0, 0, 1}));
    return issue(
        Der.sequence(attribute(COMMON_NAME, "localhost")),
        Der.sequence(extension(SUBJECT_ALTERNATIVE_NAME, false, names)));
  }

  /** A server's certificate as another issuer might make it. */
  X509Certificate forServerBy(String host, String issuer, String organization) {
    KeyPair pair = newKeyPair();
    byte[] issuerName =
        Der.sequence(attribute(COMMON_NAME, issuer), attribute(ORGANIZATION, organization));
    return sign(
        issuerName,
        Der.sequence(attribute(COMMON_NAME, host)),
        pair.getPublic(),
        Der.sequence(extension(SUBJECT_ALTERNATIVE_NAME, false, Der.sequence(name(host)))),
        root.key());
  }

  /** A name as a certificate has it: an address or a DNS name. */
  private static byte[] name(String host) {
    try {
      return Der.tagged(0x87, InetAddress.ofLiteral(host).getAddress());
    } catch (IllegalArgumentException _) {
      return Der.ascii(0x82, host);
    }
  }

  /** A provider certificate of one app, with Apple's list of its topics. */
  Issued issueForProvider(String bundleId) {
    return issueForProvider(
        newKeyPair(), Optional.of(bundleId), List.of(bundleId, bundleId + ".voip"), true);
  }

  /**
   * A provider certificate as Apple might make one.
   *
   * @param userId the user id of its subject
   * @param topics what Apple's list of topics holds; no list if empty
   * @param voipServices whether it has Apple's mark of VoIP services
   */
  Issued issueForProvider(
      KeyPair pair, Optional<String> userId, List<String> topics, boolean voipServices) {
    List<byte[]> listed = new ArrayList<>();
    for (String topic : topics) {
      listed.add(Der.utf8(topic));
      listed.add(Der.sequence(Der.utf8(topic.endsWith(".voip") ? "voip" : "app")));
    }
    List<byte[]> extensions = new ArrayList<>();
    if (!topics.isEmpty()) {
      extensions.add(extension(APPLE_TOPICS, false, Der.sequence(listed.toArray(byte[][]::new))));
    }
    if (voipServices) {
      extensions.add(extension(APPLE_VOIP, false, NULL));
    }
    List<byte[]> subject = new ArrayList<>();
    userId.ifPresent(id -> subject.add(attribute(USER_ID, id)));
    subject.add(attribute(COMMON_NAME, "VoIP Services: " + userId.orElse("nobody")));
    return new Issued(
        pair.getPrivate(),
        sign(
            Der.sequence(subject.toArray(byte[][]::new)),
            pair.getPublic(),
            Der.sequence(extensions.toArray(byte[][]::new)),
            root.key()));
  }

  /** The topics that a provider certificate allows. */
  static Set<String> topicsOf(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(APPLE_TOPICS);
    if (extension == null) {
      return Set.of();
    }
    ByteBuffer value = Der.content(ByteBuffer.wrap(extension));
    byte[] sequence = new byte[value.remaining()];
    value.get(sequence);
    return Set.copyOf(Der.stringsOf(sequence));
  }

  static KeyPair newKeyPair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  private Issued issue(byte[] subject, byte[] extensions) {
    KeyPair pair = newKeyPair();
    return new Issued(pair.getPrivate(), sign(subject, pair.getPublic(), extensions, root.key()));
  }

  private X509Certificate sign(
      byte[] subject, PublicKey subjectKey, byte[] extensions, PrivateKey issuerKey) {
    return sign(name, subject, subjectKey, extensions, issuerKey);
  }

  private X509Certificate sign(
      byte[] issuer,
      byte[] subject,
      PublicKey subjectKey,
      byte[] extensions,
      PrivateKey issuerKey) {
    byte[] validity =
        Der.sequence(
            Der.utcTime(now.minus(Duration.ofDays(1))),
            Der.utcTime(now.plus(Duration.ofDays(365))));
    byte[] toBeSigned =
        Der.sequence(
            Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(63, RANDOM).setBit(62)),
            ECDSA_WITH_SHA256,
            issuer,
            validity,
            subject,
            subjectKey.getEncoded(),
            extensions.length > EMPTY ? Der.tagged(0xa3, extensions) : new byte[0]);
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(issuerKey);
      signature.update(toBeSigned);
      byte[] certificate =
          Der.sequence(toBeSigned, ECDSA_WITH_SHA256, Der.bits(signature.sign(), 0));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(certificate));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the certificate was not made", e);
    }
  }

  private static byte[] attribute(String type, String value) {
    return Der.set(Der.sequence(Der.oid(type), Der.utf8(value)));
  }

  private static byte[] extension(String id, boolean critical, byte[] value) {
    return critical
        ? Der.sequence(Der.oid(id), Der.bool(true), Der.octets(value))
        : Der.sequence(Der.oid(id), Der.octets(value));
  }
}
