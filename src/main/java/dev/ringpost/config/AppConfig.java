package dev.ringpost.config;

import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.payload.CallerShown;
import dev.ringpost.apns.payload.PayloadSettings;
import dev.ringpost.apns.payload.ShapeReader;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import dev.ringpost.config.declaration.Default;
import dev.ringpost.config.declaration.Doc;
import dev.ringpost.config.declaration.Matches;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One element of {@code apps}: one credential, the apps that it rings and where it is valid. Once
 * the configuration is found valid, it has either a key or a certificate, no bundle id has two
 * credentials in one environment, and the credential's files were read and understood. What is
 * required is optional here all the same, so that a missing key does not hide other problems.
 */
public record AppConfig(
    @Doc(
            value = "The apps that this credential may ring, as bundle ids: without `.voip`.",
            required = true)
        List<BundleId> bundleIds,
    @Doc("Where the credential is valid.") @Default("production,sandbox")
        Set<Environment> environments,
    Payload payload,
    Optional<Key> key,
    Optional<Certificate> certificate) {

  public AppConfig {
    bundleIds = List.copyOf(bundleIds);
    environments = Collections.unmodifiableSet(new LinkedHashSet<>(environments));
  }

  /** Who Ringpost is to APNs, by the key or by the certificate of a valid configuration. */
  public CredentialSettings credential() {
    return key.<CredentialSettings>map(Key::settings)
        .or(() -> certificate.map(Certificate::settings))
        .orElseThrow();
  }

  /** The settings of the payload that phones with these apps get. */
  public record Payload(
      @Doc(
              "Where the values of a call stand in the push: `ringpost`, a ready-made shape"
                  + " (`callkeep`, `flutter-callkit-incoming`, `linphone`), or a JSON object with"
                  + " placeholders such as `{call.uuid}`.")
          @Default(ShapeReader.OWN)
          Tree shape,
      @Doc(
              "What Apple can read of the caller: `full`, or `none`, neither address nor name. What"
                  + " an invite has in `custom` is not concerned.")
          @Default("full")
          CallerShown caller) {

    /**
     * As the sender of pushes takes it, of a valid configuration.
     *
     * @param key the name of Ringpost's own object
     */
    public PayloadSettings settings(String key) {
      return new PayloadSettings(
          ShapeReader.read(shape.text(), key, caller).shape().orElseThrow(), caller);
    }
  }

  /** A value that is a word, or a tree of its own: then it is JSON, in whichever way written. */
  public record Tree(String text) {}

  /** A signing key of a team. Its id is written here or stands in a file of its own. */
  public record Key(
      @Doc(value = "The `.p8` file of a signing key with the APNs service.", required = true)
          Optional<Path> file,
      @Doc("The key's id, as Apple's developer site shows it; this or `key-id-file` is required.")
          @Matches(value = Matches.APPLE_ID, words = Matches.KEY_ID_WORDS)
          Optional<String> keyId,
      @Doc(
              "A file that holds the key's id, in place of `key-id`: so key and id can be exchanged"
                  + " together while the worker runs.")
          Optional<Path> keyIdFile,
      @Doc(value = "The id of the team that owns the key.", required = true)
          @Matches(
              value = Matches.APPLE_ID,
              words = "the 10 characters A-Z and 0-9 that Apple shows as the team id")
          Optional<String> teamId) {

    private CredentialSettings.SigningKey settings() {
      CredentialSettings.KeyId id =
          keyId
              .<CredentialSettings.KeyId>map(CredentialSettings.KeyId.Written::new)
              .or(() -> keyIdFile.map(CredentialSettings.KeyId.InFile::new))
              .orElseThrow();
      return new CredentialSettings.SigningKey(file.orElseThrow(), id, teamId.orElseThrow());
    }
  }

  /** A provider certificate with its private key. */
  public record Certificate(
      @Doc(
              value =
                  "A VoIP services certificate: a `.p12` file, or PEM or DER (`.pem`, `.cer`); the"
                      + " content decides which.",
              required = true)
          Optional<Path> file,
      @Doc("The private key in PEM, if it is not in `file` too.") Optional<Path> keyFile,
      @Doc(
              "A file that holds the passphrase of the private key; without it the key has none."
                  + " One line end at its end does not count.")
          Optional<Path> passphraseFile) {

    private CredentialSettings settings() {
      return new CredentialSettings.Certificate(file.orElseThrow(), keyFile, passphraseFile);
    }
  }
}
