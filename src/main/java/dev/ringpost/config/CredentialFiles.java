package dev.ringpost.config;

import dev.ringpost.call.Secret;
import dev.ringpost.config.RingpostConfig.Credential;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collections;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the files that prove to Apple who we are, so far that a wrong one, or a wrong passphrase,
 * is a problem at start and not at the first call.
 */
final class CredentialFiles {

  private static final int P256_BITS = 256;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private final Settings written;
  private final Problems problems;

  CredentialFiles(Settings written, Problems problems) {
    this.written = written;
    this.problems = problems;
  }

  /** The signing key under a key of the file, if all of it is there and right. */
  Optional<Credential> signingKey(String key, ConfigTree.Key tree) {
    Optional<Path> file = tree.file().filter(path -> isSigningKey(key + ".file", path));
    if (file.isEmpty() || tree.keyId().isEmpty() || tree.teamId().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Credential.SigningKey(file.get(), tree.keyId().get(), tree.teamId().get()));
  }

  private boolean isSigningKey(String key, Path path) {
    Optional<byte[]> bytes = read(key, path);
    if (bytes.isEmpty()) {
      return false;
    }
    Matcher pem = PRIVATE_KEY.matcher(new String(bytes.get(), StandardCharsets.ISO_8859_1));
    if (pem.find() && isP256(pem.group(1))) {
      return true;
    }
    add(
        key,
        path + " holds no signing key (PKCS#8 in PEM, elliptic curve P-256)",
        "name the .p8 file that Apple's developer site gave out");
    return false;
  }

  private static boolean isP256(String base64) {
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded))
              instanceof ECPrivateKey key
          && key.getParams().getOrder().bitLength() == P256_BITS;
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }

  /** The certificate under a key of the file, if all of it is there and right. */
  Optional<Credential> certificate(String key, ConfigTree.Certificate tree) {
    Optional<Secret> passphrase =
        tree.passphraseFile().flatMap(path -> passphrase(key + ".passphrase-file", path));
    boolean passphraseLost = tree.passphraseFile().isPresent() && passphrase.isEmpty();
    if (tree.file().isEmpty() || passphraseLost) {
      return Optional.empty();
    }
    Path file = tree.file().get();
    return opens(key, file, passphrase)
        ? Optional.of(new Credential.Certificate(file, passphrase))
        : Optional.empty();
  }

  private Optional<Secret> passphrase(String key, Path path) {
    try {
      String text = new String(SmallFile.read(path), StandardCharsets.UTF_8);
      return Optional.of(new Secret(text.replaceFirst("\\r?\\n$", "")));
    } catch (SmallFile.Unreadable e) {
      // Without the name: it may be the passphrase itself, typed in the wrong place.
      add(
          key,
          "names something that " + e.wrong(),
          "write the name of a file that holds the passphrase, never the passphrase itself");
      return Optional.empty();
    }
  }

  private boolean opens(String key, Path file, Optional<Secret> passphrase) {
    Optional<byte[]> bytes = read(key + ".file", file);
    if (bytes.isEmpty()) {
      return false;
    }
    char[] password = passphrase.map(Secret::reveal).orElse("").toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(bytes.get()), password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias) && store.getKey(alias, password) != null) {
          return true;
        }
      }
      add(key + ".file", file + " holds no private key", "export certificate and key together");
    } catch (IOException | GeneralSecurityException e) {
      notOpened(key, file, passphrase.isPresent(), e);
    }
    return false;
  }

  private void notOpened(String key, Path file, boolean withPassphrase, Exception e) {
    boolean wrongPassphrase =
        e instanceof UnrecoverableKeyException || e.getCause() instanceof UnrecoverableKeyException;
    if (!wrongPassphrase) {
      add(key + ".file", file + " is no PKCS#12 file", "name a .p12 file");
    } else if (withPassphrase) {
      add(
          key + ".passphrase-file",
          "holds a passphrase that does not open " + file,
          "write the passphrase that the .p12 was exported with");
    } else {
      add(
          key + ".file",
          file + " has a passphrase",
          "name a file that holds it: " + key + ".passphrase-file");
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
    } catch (SmallFile.Unreadable e) {
      add(key, path + " " + e.wrong(), e.fix());
      return Optional.empty();
    }
  }

  private void add(String key, String wrong, String fix) {
    problems.add(key, written.near(key), wrong, fix);
  }
}
