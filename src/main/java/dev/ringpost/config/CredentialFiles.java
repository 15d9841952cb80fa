package dev.ringpost.config;

import dev.ringpost.apns.credentials.CredentialReader;
import dev.ringpost.apns.credentials.CredentialSettings;
import dev.ringpost.apns.credentials.CredentialSettings.Flaw;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.path.ProxyCredentials;
import dev.ringpost.call.BundleId;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Finds the files that prove to Apple who we are and has them judged, so that a wrong one, or a
 * wrong passphrase, is a problem at start and not at the first call.
 */
final class CredentialFiles {

  private final RawValues written;
  private final Problems problems;

  CredentialFiles(RawValues written, Problems problems) {
    this.written = written;
    this.problems = problems;
  }

  /**
   * The signing key under a key of the file, if all of it is there and right. Its file is judged
   * also where an id is missing or wrong.
   *
   * @param app the key of its app
   */
  Optional<CredentialSettings> signingKey(String app, AppKeys.Key tree, List<BundleId> apps) {
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
      add(key + ".key-id", "stands beside key-id-file", "keep one of them");
    } else if (!id && !file) {
      add(
          key + ".key-id",
          "is missing",
          "write " + AppKeys.Key.KEY_ID_WORDS + ", or name a file that holds them: key-id-file");
    }
  }

  private KeyId keyId(String key, AppKeys.Key tree) {
    return tree.keyIdFile().isPresent() && !written.has(key + ".key-id")
        ? new KeyId.InFile(tree.keyIdFile().get())
        : new KeyId.Written(tree.keyId().orElse(""));
  }

  /** The certificate under a key of the file, if all of it is there and right. */
  Optional<CredentialSettings> certificate(
      String app, AppKeys.Certificate tree, List<BundleId> apps) {
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

  private Optional<CredentialSettings> judged(
      String app, CredentialSettings credential, List<BundleId> apps) {
    List<Flaw> flaws = CredentialReader.flaws(credential, apps, Instant.now());
    for (Flaw flaw : flaws) {
      String key = app + "." + flaw.field();
      if (!problems.concern(key)) {
        add(key, flaw.wrong(), flaw.fix());
      }
    }
    return flaws.isEmpty() ? Optional.of(credential) : Optional.empty();
  }

  /** Adds a problem for what is wrong with name and password for the proxy, if both are there. */
  void proxyLogin(ApnsKeys.Proxy tree) {
    String key = "apns.proxy.";
    if (tree.passwordFile().isPresent()
        && written.has(key + "username")
        && !problems.concern(key + "kind")) {
      new ProxyCredentials(tree.username().orElse(""), tree.passwordFile().get())
          .flaws(tree.kind())
          .forEach(flaw -> add(key + flaw.field(), flaw.wrong(), flaw.fix()));
    }
  }

  /** Adds a problem if a PEM file does not hold at least one certificate. */
  void trustedCertificates(Path path) {
    String key = "apns.trusted-certificates";
    Optional<byte[]> bytes = read(key, path);
    if (bytes.isEmpty()) {
      return;
    }
    try {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes.get()));
      if (!certificates.isEmpty()) {
        return;
      }
    } catch (GeneralSecurityException _) {
      // Said below, as for a file without certificates.
    }
    add(key, path + " holds no certificate", "name a PEM file of X.509 certificates");
  }

  private Optional<byte[]> read(String key, Path path) {
    try {
      return Optional.of(SmallFile.read(path));
    } catch (SmallFile.UnreadableFileException e) {
      add(key, path + " " + e.wrong(), e.fix());
      return Optional.empty();
    }
  }

  private void add(String key, String wrong, String fix) {
    problems.add(key, written.near(key), wrong, fix);
  }
}
