package dev.ringpost.apns;

import dev.ringpost.apns.CredentialReader.Reading;
import dev.ringpost.apns.CredentialSettings.Flaw;
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
import java.util.Collections;
import java.util.List;

/**
 * The credentials of all apps, read from their files. What is wrong with them is told in one line
 * per mistake, all mistakes together; no line holds anything of a file's content.
 */
public final class Credentials {

  /** What was read for one app, and what that was read from. */
  record Read(CredentialContent.Fingerprint fingerprint, Credential credential) {}

  private final List<Read> byApp = new ArrayList<>();
  private final List<X509Certificate> trusted = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private Credentials(ApnsSettings settings, Instant now) {
    for (int i = 0; i < settings.apps().size(); i++) {
      AppSettings app = settings.apps().get(i);
      CredentialContent content = CredentialContent.of(app.credential());
      Reading reading = CredentialReader.read(content, app.bundleIds(), now);
      reading
          .credential()
          .ifPresent(credential -> byApp.add(new Read(content.fingerprint(), credential)));
      for (Flaw flaw : reading.flaws()) {
        problems.add("apps[" + i + "]." + flaw.field() + " " + flaw.wrong() + "; " + flaw.fix());
      }
    }
    settings.trustedCertificates().ifPresent(this::readTrusted);
  }

  /**
   * Everything that is wrong with the files that the settings name, one line each, empty if they
   * are fit for use at {@code now}. Reads the files, keeps nothing.
   */
  public static List<String> problems(ApnsSettings settings, Instant now) {
    return List.copyOf(new Credentials(settings, now).problems);
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException with everything that is wrong with them, one line each
   */
  static Credentials load(ApnsSettings settings, Instant now) {
    Credentials credentials = new Credentials(settings, now);
    if (!credentials.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", credentials.problems));
    }
    return credentials;
  }

  /** The credential of the app at {@code index} of the settings. */
  Read ofApp(int index) {
    return byApp.get(index);
  }

  /** Certificates to trust instead of the runtime's, or none. */
  List<X509Certificate> trusted() {
    return Collections.unmodifiableList(trusted);
  }

  private void readTrusted(Path path) {
    String file = "apns.trusted-certificates " + path;
    byte[] content = read(file, path);
    if (content.length == 0) {
      return;
    }
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content))) {
        trusted.add((X509Certificate) certificate);
      }
      if (trusted.isEmpty()) {
        problems.add(file + " holds no certificate");
      }
    } catch (CertificateException e) {
      problems.add(file + " is not a PEM file of certificates");
    }
  }

  /** The content of a file; nothing, and a problem, if there is none. */
  private byte[] read(String name, Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      if (content.length == 0) {
        problems.add(name + " is empty");
      }
      return content;
    } catch (NoSuchFileException _) {
      problems.add(name + " does not exist");
    } catch (IOException _) {
      problems.add(name + " cannot be read; check its permissions");
    }
    return new byte[0];
  }
}
