package dev.ringpost.apns.credentials;

import dev.ringpost.call.findings.Finding;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The credentials of all apps, read from their files. What is wrong with them is told in one line
 * per mistake, all mistakes together; no line holds anything of a file's content.
 */
public final class Credentials {

  /** What was read for one app, and what that was read from. */
  public record Read(CredentialContent.Fingerprint fingerprint, Credential credential) {}

  private static final String TRUSTED = "apns.trusted-certificates";

  private final List<Read> byApp = new ArrayList<>();
  private final List<X509Certificate> trusted;
  private final List<Finding> problems = new ArrayList<>();

  private Credentials(List<AppSettings> apps, Optional<Path> trustedCertificates, Instant now) {
    for (int i = 0; i < apps.size(); i++) {
      AppSettings app = apps.get(i);
      CredentialContent content = CredentialContent.of(app.credential());
      CredentialReading reading = CredentialReader.read(content, app.bundleIds(), now);
      reading
          .credential()
          .ifPresent(credential -> byApp.add(new Read(content.fingerprint(), credential)));
      for (Finding flaw : reading.flaws()) {
        problems.add(Finding.failed("apps[" + i + "]." + flaw.subject(), flaw.found(), flaw.fix()));
      }
    }
    trusted = trusted(trustedCertificates, problems);
  }

  /**
   * Everything that is wrong with the files that apps and trust name, each naming its key, empty if
   * they are fit for use at {@code now}. Reads the files, keeps nothing.
   */
  public static List<Finding> problems(
      List<AppSettings> apps, Optional<Path> trustedCertificates, Instant now) {
    return List.copyOf(new Credentials(apps, trustedCertificates, now).problems);
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException with everything that is wrong with them, one line each
   */
  public static Credentials load(
      List<AppSettings> apps, Optional<Path> trustedCertificates, Instant now) {
    Credentials credentials = new Credentials(apps, trustedCertificates, now);
    if (!credentials.problems.isEmpty()) {
      throw new IllegalArgumentException(
          credentials.problems.stream().map(Finding::line).collect(Collectors.joining("\n")));
    }
    return credentials;
  }

  /** The credential of the app at {@code index} of the settings. */
  public Read ofApp(int index) {
    return byApp.get(index);
  }

  /** Certificates to trust instead of the runtime's, or none. */
  public List<X509Certificate> trusted() {
    return trusted;
  }

  /**
   * The certificates of a PEM file.
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
