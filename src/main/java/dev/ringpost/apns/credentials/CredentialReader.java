package dev.ringpost.apns.credentials;

import dev.ringpost.apns.credentials.CredentialSettings.Certificate;
import dev.ringpost.apns.credentials.CredentialSettings.SigningKey;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import java.time.Instant;
import java.util.List;

/**
 * A reader of credentials: it makes one of what its files hold, or reports everything that is wrong
 * with them.
 */
public final class CredentialReader {

  private CredentialReader() {}

  /**
   * Judges what was read.
   *
   * @param apps what the credential must be good for
   * @param now when it must be valid
   */
  public static CredentialReading read(
      CredentialContent content, List<BundleId> apps, Instant now) {
    return switch (content.settings()) {
      case SigningKey key -> new SigningKeyReader(content, key).read();
      case Certificate certificate -> new CertificateReader(content, certificate, apps, now).read();
    };
  }

  /**
   * Reads the files and judges them; keeps nothing.
   *
   * @param apps what the credential must be good for
   * @param now when it must be valid
   * @return everything that is wrong, empty if it is fit for use
   */
  public static List<Finding> flaws(CredentialSettings settings, List<BundleId> apps, Instant now) {
    return read(CredentialContent.of(settings), apps, now).flaws();
  }
}
