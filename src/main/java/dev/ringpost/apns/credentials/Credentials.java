package dev.ringpost.apns.credentials;

import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credentials of all apps, the trusted certificates and the proxy's password, as they were read
 * and found valid at start. Their files are read once, where the configuration is, and what was
 * read is handed on. Immutable, and it may be printed.
 *
 * @param byApp in the order of the apps
 * @param trusted certificates to trust instead of the runtime's, or none
 * @param proxyPassword if there is a proxy that asks for one
 */
public record Credentials(
    List<Read> byApp, List<X509Certificate> trusted, Optional<Secret> proxyPassword) {

  /**
   * One app's credential.
   *
   * @param fingerprint what the files held when the credential was read from them
   */
  public record Read(CredentialContent.Fingerprint fingerprint, Credential credential) {

    /** What came of a reading, if it is valid. */
    public static Optional<Read> of(CredentialContent content, CredentialReading reading) {
      return reading.credential().map(it -> new Read(content.fingerprint(), it));
    }
  }

  /** No app, and the runtime's trust. */
  public static final Credentials NONE = new Credentials(List.of(), List.of(), Optional.empty());

  private static final String TRUSTED = "apns.trusted-certificates";

  public Credentials {
    byApp = List.copyOf(byApp);
    trusted = List.copyOf(trusted);
  }

  /** The credential of the app at {@code index} of the settings. */
  public Read ofApp(int index) {
    return byApp.get(index);
  }

  /** How many there are: a certificate is long, and says nothing to a reader. */
  @Override
  public String toString() {
    return "Credentials[" + byApp.size() + " read]";
  }

  /**
   * Reads the certificates of a PEM file.
   *
   * @param problems gets what is wrong with the file
   */
  public static List<X509Certificate> trusted(Optional<Path> file, List<Finding> problems) {
    if (file.isEmpty()) {
      return List.of();
    }
    List<X509Certificate> certificates = new ArrayList<>();
    switch (SmallFile.read(file.get())) {
      case SmallFile.Unread(String wrong, String fix) ->
          problems.add(Finding.failed(TRUSTED, file.get() + " " + wrong, fix));
      case SmallFile.Content(byte[] bytes) -> {
        try {
          for (Certificate certificate :
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(bytes))) {
            certificates.add((X509Certificate) certificate);
          }
        } catch (CertificateException _) {
          certificates.clear(); // said below, as for a file without certificates
        }
        if (certificates.isEmpty()) {
          problems.add(
              Finding.failed(
                  TRUSTED,
                  file.get() + " holds no certificate",
                  "name a PEM file of X.509 certificates"));
        }
      }
    }
    return List.copyOf(certificates);
  }
}
