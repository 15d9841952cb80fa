package dev.ringpost.testing.apns;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ringpost.testing.MarkedSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Everything that a local APNs and its clients show to one another, made new in a folder: a private
 * CA, the server's certificate, keys for provider tokens, provider certificates. The folder is the
 * caller's to remove.
 */
public final class LocalCredentials {

  private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final Path folder;
  private final CertificateAuthority authority;
  private final CertificateAuthority.Issued server;
  private final Path trustedCertificates;
  private final AtomicInteger files = new AtomicInteger();

  private LocalCredentials(Path folder, InstantSource clock) {
    this.folder = folder;
    this.authority = new CertificateAuthority("Local APNs CA", clock.instant());
    this.server = authority.issueForServer();
    this.trustedCertificates = folder.resolve("local-apns-ca.pem");
    write(trustedCertificates, pem("CERTIFICATE", encoded(authority.certificate())));
  }

  /** New credentials in a folder, which must exist. Takes some milliseconds. */
  public static LocalCredentials in(Path folder) {
    return new LocalCredentials(folder, InstantSource.system());
  }

  /**
   * As above, with certificates that are valid from a day before to a year after a clock's time.
   */
  public static LocalCredentials in(Path folder, InstantSource clock) {
    return new LocalCredentials(folder, clock);
  }

  /** The certificate of the local APNs. */
  public X509Certificate serverCertificate() {
    return server.certificate();
  }

  /** A server's certificate that says to come from another issuer. */
  public X509Certificate serverCertificate(String host, String issuer, String organization) {
    return authority.forServerBy(host, issuer, organization);
  }

  /** The CA's certificate in PEM: what a client must trust to talk to the local APNs. */
  public Path trustedCertificates() {
    return trustedCertificates;
  }

  /** A {@code .p12} file of the server's certificate and key, for other servers on this machine. */
  public Path serverKeyStore(String passphrase) {
    Path file = folder.resolve("server_" + files.incrementAndGet() + ".p12");
    writePkcs12(file, new ProviderIdentity(server.key(), server.certificate()), passphrase);
    return file;
  }

  /** A new {@code .p8} key. */
  public SigningKey signingKey(String keyId, String teamId) {
    KeyPair pair = CertificateAuthority.newKeyPair();
    Path file = folder.resolve("AuthKey_" + keyId + "_" + files.incrementAndGet() + ".p8");
    write(file, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
    return new SigningKey(file, keyId, teamId, (ECPublicKey) pair.getPublic());
  }

  /** A new {@code .p12} certificate of one app that needs no passphrase. */
  public ClientCertificate clientCertificate(String bundleId) {
    return clientCertificate(bundleId, "");
  }

  /** A new {@code .p12} certificate of one app. */
  public ClientCertificate clientCertificate(String bundleId, String passphrase) {
    String name = "voip-" + bundleId + "_" + files.incrementAndGet();
    Path file = folder.resolve(name + ".p12");
    Path passphraseFile = folder.resolve(name + ".passphrase");
    write(passphraseFile, passphrase.isEmpty() ? "" : passphrase + "\n");
    writePkcs12(file, identity(bundleId), passphrase);
    return new ClientCertificate(file, passphrase, passphraseFile);
  }

  /** A provider certificate of one app as Apple makes it. */
  public ProviderIdentity identity(String bundleId) {
    CertificateAuthority.Issued issued = authority.issueForProvider(bundleId);
    return new ProviderIdentity(issued.key(), issued.certificate());
  }

  /**
   * A provider certificate as Apple might make one.
   *
   * @param userId the user id of its subject
   * @param topics what Apple's list of topics holds; no list if empty
   * @param voipServices whether it has Apple's mark of VoIP services
   */
  public ProviderIdentity identity(
      KeyPair pair, Optional<String> userId, List<String> topics, boolean voipServices) {
    CertificateAuthority.Issued issued =
        authority.issueForProvider(pair, userId, topics, voipServices);
    return new ProviderIdentity(issued.key(), issued.certificate());
  }

  /**
   * Writes a {@code .p12} file.
   *
   * @param passphrase a {@link MarkedSecret}; the file needs none if it is empty
   */
  public static void writePkcs12(Path file, ProviderIdentity identity, String passphrase) {
    char[] lock = MarkedSecret.orNone(passphrase).toCharArray();
    try (var out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      Certificate[] chain = {identity.certificate()};
      store.setKeyEntry("voip", identity.key(), lock, chain);
      store.store(out, lock);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key store was not made", e);
    }
  }

  CertificateAuthority.Issued server() {
    return server;
  }

  X509Certificate authority() {
    return authority.certificate();
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, PEM.encodeToString(der), type);
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
