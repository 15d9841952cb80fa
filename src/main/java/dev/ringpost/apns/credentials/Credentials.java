package dev.ringpost.apns.credentials;

import dev.ringpost.apns.credentials.CredentialSettings.Flaw;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credentials of all apps, read from their files. What is wrong with them is told in one line
 * per mistake, all mistakes together; no line holds anything of a file's content.
 */
public final class Credentials {

  /** What was read for one app, and what that was read from. */
  public record Read(CredentialContent.Fingerprint fingerprint, Credential credential) {}

  private final List<Read> byApp = new ArrayList<>();
  private final List<X509Certificate> trusted;
  private final List<String> problems = new ArrayList<>();

  private Credentials(List<AppSettings> apps, Optional<Path> trustedCertificates, Instant now) {
    for (int i = 0; i < apps.size(); i++) {
      AppSettings app = apps.get(i);
      CredentialContent content = CredentialContent.of(app.credential());
      CredentialReading reading = CredentialReader.read(content, app.bundleIds(), now);
      reading
          .credential()
          .ifPresent(credential -> byApp.add(new Read(content.fingerprint(), credential)));
      for (Flaw flaw : reading.flaws()) {
        problems.add("apps[" + i + "]." + flaw.field() + " " + flaw.wrong() + "; " + flaw.fix());
      }
    }
    trusted = trusted(trustedCertificates, problems);
  }

  /**
   * Everything that is wrong with the files that apps and trust name, one line each, empty if they
   * are fit for use at {@code now}. Reads the files, keeps nothing.
   */
  public static List<String> problems(
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
      throw new IllegalArgumentException(String.join("\n", credentials.problems));
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
   * @param problems gets a line for what is wrong with the file
   */
  public static List<X509Certificate> trusted(Optional<Path> file, List<String> problems) {
    if (file.isEmpty()) {
      return List.of();
    }
    String name = "apns.trusted-certificates " + file.get();
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file.get())))) {
        certificates.add((X509Certificate) certificate);
      }
      if (certificates.isEmpty()) {
        problems.add(name + " holds no certificate; name a PEM file of X.509 certificates");
      }
    } catch (NoSuchFileException _) {
      problems.add(name + " does not exist; correct the name, or put the file there");
    } catch (IOException _) {
      problems.add(name + " cannot be read; check its permissions");
    } catch (CertificateException _) {
      problems.add(name + " is not a PEM file of certificates; name one");
    }
    return List.copyOf(certificates);
  }
}
