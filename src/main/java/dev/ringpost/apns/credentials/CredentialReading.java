package dev.ringpost.apns.credentials;

import dev.ringpost.call.findings.Finding;
import java.util.List;
import java.util.Optional;

/**
 * The outcome of reading a credential.
 *
 * @param credential present if and only if there are no flaws
 */
public record CredentialReading(Optional<Credential> credential, List<Finding> flaws) {

  static CredentialReading good(Credential credential) {
    return new CredentialReading(Optional.of(credential), List.of());
  }

  static CredentialReading bad(List<Finding> flaws) {
    return new CredentialReading(Optional.empty(), List.copyOf(flaws));
  }
}
