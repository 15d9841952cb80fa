package dev.ringpost.config;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The keys of one element of {@code apps}, a branch of {@link ConfigKeys}. */
interface AppKeys {

  @Doc(
      value = "The apps that this credential may ring, as bundle ids: without `.voip`.",
      required = true)
  Optional<List<BundleId>> bundleIds();

  @Doc("Where the credential is valid.")
  @WithDefault("production,sandbox")
  List<Environment> environments();

  Optional<Key> key();

  Optional<Certificate> certificate();

  interface Key {
    String TEN = "[A-Z0-9]{10}";
    String KEY_ID_WORDS = "the 10 characters A-Z and 0-9 that Apple shows beside the key";

    @Doc(value = "The `.p8` file of a signing key with the APNs service.", required = true)
    Optional<Path> file();

    @Doc("The key's id, as Apple's developer site shows it; this or `key-id-file` is required.")
    @Matches(value = TEN, words = KEY_ID_WORDS)
    Optional<String> keyId();

    @Doc(
        "A file that holds the key's id, in place of `key-id`: so key and id can be exchanged"
            + " together while the worker runs.")
    Optional<Path> keyIdFile();

    @Doc(value = "The id of the team that owns the key.", required = true)
    @Matches(value = TEN, words = "the 10 characters A-Z and 0-9 that Apple shows as the team id")
    Optional<String> teamId();
  }

  interface Certificate {
    @Doc(
        value =
            "A VoIP services certificate: a `.p12` file, or PEM or DER (`.pem`, `.cer`); the"
                + " content tells which.",
        required = true)
    Optional<Path> file();

    @Doc("The private key in PEM, if it is not in `file` too.")
    Optional<Path> keyFile();

    @Doc(
        "A file that holds the passphrase of the private key; without it the key has none. One line"
            + " end at its end does not count.")
    Optional<Path> passphraseFile();
  }
}
