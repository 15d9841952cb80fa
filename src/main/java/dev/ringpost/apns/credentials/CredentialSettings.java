package dev.ringpost.apns.credentials;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a credential, by which Ringpost shows Apple who it is: the names of files, never
 * what is in them.
 */
public sealed interface CredentialSettings {

  /**
   * A team's key for provider tokens. One key serves any number of the team's apps.
   *
   * @param file the {@code .p8} file as Apple hands it out
   * @param teamId the team's id, 10 characters
   */
  record SigningKey(Path file, KeyId keyId, String teamId) implements CredentialSettings {

    /** A key whose id is written down. */
    public SigningKey(Path file, String keyId, String teamId) {
      this(file, new KeyId.Written(keyId), teamId);
    }
  }

  /** A key's id, 10 characters. */
  sealed interface KeyId {

    /** The id in the name that Apple gives the file of a key, if it still has that name. */
    static Optional<String> inNameOf(Path file) {
      return Optional.ofNullable(file.getFileName())
          .map(name -> Pattern.compile("AuthKey_([A-Z0-9]{10})\\.p8").matcher(name.toString()))
          .filter(Matcher::matches)
          .map(apple -> apple.group(1));
    }

    /** An id that stands in the configuration. */
    record Written(String id) implements KeyId {}

    /** An id that stands in a file beside the key, so that both can be exchanged while we run. */
    record InFile(Path file) implements KeyId {}
  }

  /**
   * A provider certificate with its private key.
   *
   * @param file a {@code .p12} file, or a certificate in PEM or DER; its content tells which
   * @param keyFile the private key in PEM, if it is not in {@code file} too
   * @param passphraseFile what holds the passphrase of the private key, if it has one
   */
  record Certificate(Path file, Optional<Path> keyFile, Optional<Path> passphraseFile)
      implements CredentialSettings {}
}
