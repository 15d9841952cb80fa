package dev.ringpost.apns;

import dev.ringpost.call.Secret;
import java.nio.file.Path;
import java.util.Optional;

/** How Ringpost shows Apple who it is; {@link Credentials} reads the files and checks them. */
public sealed interface CredentialSettings {

  /**
   * A team's key for provider tokens. One key serves any number of the team's apps.
   *
   * @param file the {@code .p8} file as Apple hands it out
   * @param keyId the key's id, 10 characters
   * @param teamId the team's id, 10 characters
   */
  record SigningKey(Path file, String keyId, String teamId) implements CredentialSettings {}

  /**
   * A provider certificate with its private key.
   *
   * @param file the {@code .p12} file
   * @param passphrase what it is protected with, if with anything
   */
  record Certificate(Path file, Optional<Secret> passphrase) implements CredentialSettings {}
}
