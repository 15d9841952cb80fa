package dev.ringpost.config;

import dev.ringpost.apns.credentials.CredentialContent;
import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialReading;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.credentials.Credentials;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.Secret;
import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.declaration.Matches;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The examination of the files that prove to Apple who we are: it finds them and has them judged,
 * so that a wrong one, or a wrong passphrase, is a problem at start and not at the first call.
 */
final class CredentialFiles {

  private final RawValues written;
  private final Problems problems;
  private final Instant now;

  /**
   * @param now when certificates must be valid
   */
  CredentialFiles(RawValues written, Problems problems, Instant now) {
    this.written = written;
    this.problems = problems;
    this.now = now;
  }

  /**
   * The signing key under a key of the file, if all of it is there and right. Its file is judged
   * also where an id is missing or wrong.
   *
   * @param app the key of its app
   */
  Optional<Credentials.Read> signingKey(String app, AppConfig.Key tree, List<BundleId> apps) {
    if (tree.file().isEmpty()) {
      return Optional.empty();
    }
    return judged(
        app,
        new CredentialSettings.SigningKey(
            tree.file().get(), keyId(app + ".key", tree), tree.teamId().orElse("")),
        apps);
  }

  /** Adds a problem unless a signing key has its id written down once, there or in a file. */
  void requireOneKeyId(String key) {
    boolean id = written.has(key + ".key-id");
    boolean file = written.has(key + ".key-id-file");
    if (id && file) {
      add(key + ".key-id", "is set beside key-id-file", "keep one of them");
    } else if (!id && !file) {
      add(
          key + ".key-id",
          "is missing",
          "write " + Matches.KEY_ID_WORDS + ", or name a file that holds them: key-id-file");
    }
  }

  private KeyId keyId(String key, AppConfig.Key tree) {
    return tree.keyIdFile().isPresent() && !written.has(key + ".key-id")
        ? new KeyId.InFile(tree.keyIdFile().get())
        : new KeyId.Written(tree.keyId().orElse(""));
  }

  /** The certificate under a key of the file, if all of it is there and right. */
  Optional<Credentials.Read> certificate(
      String app, AppConfig.Certificate tree, List<BundleId> apps) {
    String key = app + ".certificate";
    boolean lost =
        problems.concern(key + ".passphrase-file") || problems.concern(key + ".key-file");
    if (tree.file().isEmpty() || lost) {
      return Optional.empty();
    }
    return judged(
        app,
        new CredentialSettings.Certificate(
            tree.file().get(), tree.keyFile(), tree.passphraseFile()),
        apps);
  }

  private Optional<Credentials.Read> judged(
      String app, CredentialSettings credential, List<BundleId> apps) {
    CredentialContent content = CredentialContent.of(credential);
    CredentialReading reading = CredentialReader.read(content, apps, now);
    for (Finding flaw : reading.flaws()) {
      String key = app + "." + flaw.subject();
      if (!problems.concern(key)) {
        add(key, flaw.found(), flaw.fix());
      }
    }
    return Credentials.Read.of(content, reading);
  }

  /**
   * The password for the proxy, if there is one and it is right; adds a problem for what is wrong
   * with it and the name, if both are there.
   */
  Optional<Secret> proxyPassword(ApnsConfig.Proxy tree) {
    String key = "apns.proxy.";
    if (tree.passwordFile().isEmpty()
        || !written.has(key + "username")
        || problems.concern(key + "kind")) {
      return Optional.empty();
    }
    ProxyCredentials.Reading reading =
        new ProxyCredentials(tree.username().orElse(""), tree.passwordFile().get())
            .read(tree.kind());
    reading.flaws().forEach(flaw -> add(key + flaw.subject(), flaw.found(), flaw.fix()));
    return reading.password();
  }

  /**
   * Reads a PEM file, if one is named; adds a problem if it does not hold at least one certificate.
   */
  List<X509Certificate> trustedCertificates(Optional<Path> path) {
    List<Finding> wrong = new ArrayList<>();
    List<X509Certificate> trusted = Credentials.trusted(path, wrong);
    wrong.forEach(finding -> add(finding.subject(), finding.found(), finding.fix()));
    return trusted;
  }

  private void add(String key, String wrong, String fix) {
    problems.add(key, written.near(key), wrong, fix);
  }
}
