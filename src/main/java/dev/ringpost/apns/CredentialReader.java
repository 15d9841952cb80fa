package dev.ringpost.apns;

import dev.ringpost.apns.CredentialSettings.Certificate;
import dev.ringpost.apns.CredentialSettings.Flaw;
import dev.ringpost.apns.CredentialSettings.SigningKey;
import dev.ringpost.call.BundleId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes a credential of what its files hold, or tells everything that is wrong with them. */
final class CredentialReader {

  private CredentialReader() {}

  /**
   * What came of reading.
   *
   * @param credential present if and only if there are no flaws
   */
  record Reading(Optional<Credential> credential, List<Flaw> flaws) {

    static Reading good(Credential credential) {
      return new Reading(Optional.of(credential), List.of());
    }

    static Reading bad(List<Flaw> flaws) {
      return new Reading(Optional.empty(), List.copyOf(flaws));
    }
  }

  /**
   * Judges what was read.
   *
   * @param apps what the credential must be good for
   * @param now when it must be valid
   */
  static Reading read(CredentialContent content, List<BundleId> apps, Instant now) {
    return switch (content.settings()) {
      case SigningKey key -> new SigningKeyReader(content, key).read();
      case Certificate certificate -> new CertificateReader(content, certificate, apps, now).read();
    };
  }
}
