package dev.ringpost.apns;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.call.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The credentials of all apps, read from their files. What is wrong with them is told in one line
 * per mistake, all mistakes together; no line holds anything of a file's content.
 */
public final class Credentials {

  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  /** Apple's ids of keys and teams. */
  private static final Pattern APPLE_ID = Pattern.compile("[A-Za-z0-9]{10}");

  /** The curve of ES256, the only signature that APNs takes. */
  private static final int KEY_BITS = 256;

  private final List<Credential> byApp = new ArrayList<>();
  private final List<X509Certificate> trusted = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Instant now;

  private Credentials(ApnsSettings settings, Instant now) {
    this.now = now;
    for (int i = 0; i < settings.apps().size(); i++) {
      String app = "apps[" + i + "].";
      switch (settings.apps().get(i).credential()) {
        case CredentialSettings.SigningKey key -> readKey(app + "key.", key);
        case CredentialSettings.Certificate certificate ->
            readCertificate(app + "certificate.", certificate);
      }
    }
    settings.trustedCertificates().ifPresent(this::readTrusted);
  }

  /**
   * Everything that is wrong with the files that the settings name, one line each, empty if they
   * are fit for use at {@code now}. Reads the files, keeps nothing.
   */
  public static List<String> problems(ApnsSettings settings, Instant now) {
    return List.copyOf(new Credentials(settings, now).problems);
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException with everything that is wrong with them, one line each
   */
  static Credentials load(ApnsSettings settings, Instant now) {
    Credentials credentials = new Credentials(settings, now);
    if (!credentials.problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", credentials.problems));
    }
    return credentials;
  }

  /** The credential of the app at {@code index} of the settings. */
  Credential ofApp(int index) {
    return byApp.get(index);
  }

  /** Certificates to trust instead of the runtime's, or none. */
  List<X509Certificate> trusted() {
    return Collections.unmodifiableList(trusted);
  }

  private void readKey(String path, CredentialSettings.SigningKey settings) {
    requireAppleId(path + "key-id", settings.keyId());
    requireAppleId(path + "team-id", settings.teamId());
    String file = path + "file " + settings.file();
    byte[] content = read(file, settings.file());
    if (content.length == 0) {
      return;
    }
    Matcher pem = PEM_KEY.matcher(new String(content, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      problems.add(
          file + " is not a .p8 file: it has no PRIVATE KEY block; use Apple's file as is");
      return;
    }
    try {
      byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
      ECPrivateKey key =
          (ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      if (key.getParams().getCurve().getField().getFieldSize() != KEY_BITS) {
        problems.add(
            file + " holds an EC key that is not on the curve P-256; use Apple's .p8 file");
        return;
      }
      ApnsSigningKey signingKey = new ApnsSigningKey(settings.keyId(), settings.teamId(), key);
      byApp.add(client -> client.setSigningKey(signingKey));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      problems.add(file + " holds no EC private key; use Apple's .p8 file as is");
    }
  }

  private void requireAppleId(String path, String id) {
    if (!APPLE_ID.matcher(id).matches()) {
      problems.add(path + " must be Apple's 10 letters and digits, not '" + id + "'");
    }
  }

  private void readCertificate(String path, CredentialSettings.Certificate settings) {
    String file = path + "file " + settings.file();
    byte[] content = read(file, settings.file());
    if (content.length == 0) {
      return;
    }
    char[] passphrase = settings.passphrase().map(Secret::reveal).orElse("").toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), passphrase);
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, passphrase) instanceof PrivateKey key
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          keep(file, certificate, key);
          return;
        }
      }
      problems.add(file + " holds no private key with its certificate; export both into it");
    } catch (IOException | GeneralSecurityException e) {
      problems.add(
          isWrongPassphrase(e)
              ? file
                  + (settings.passphrase().isPresent()
                      ? " cannot be opened with the passphrase of " + path + "passphrase-file"
                      : " has a passphrase; name its file in " + path + "passphrase-file")
              : file + " is not a .p12 file");
    }
  }

  private void keep(String file, X509Certificate certificate, PrivateKey key) {
    if (certificate.getNotAfter().toInstant().isBefore(now)) {
      problems.add(
          file
              + " holds a certificate that expired at "
              + certificate.getNotAfter().toInstant()
              + "; get a new one from Apple");
    } else if (certificate.getNotBefore().toInstant().isAfter(now)) {
      problems.add(
          file
              + " holds a certificate that is not valid before "
              + certificate.getNotBefore().toInstant()
              + "; check this machine's clock");
    } else {
      byApp.add(client -> client.setClientCredentials(certificate, key, null));
    }
  }

  private static boolean isWrongPassphrase(Exception e) {
    return e instanceof UnrecoverableKeyException
        || e.getCause() instanceof UnrecoverableKeyException;
  }

  private void readTrusted(Path path) {
    String file = "apns.trusted-certificates " + path;
    byte[] content = read(file, path);
    if (content.length == 0) {
      return;
    }
    try {
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(content))) {
        trusted.add((X509Certificate) certificate);
      }
      if (trusted.isEmpty()) {
        problems.add(file + " holds no certificate");
      }
    } catch (CertificateException e) {
      problems.add(file + " is not a PEM file of certificates");
    }
  }

  /** The content of a file; nothing, and a problem, if there is none. */
  private byte[] read(String name, Path file) {
    try {
      byte[] content = Files.readAllBytes(file);
      if (content.length == 0) {
        problems.add(name + " is empty");
      }
      return content;
    } catch (NoSuchFileException _) {
      problems.add(name + " does not exist");
    } catch (IOException _) {
      problems.add(name + " cannot be read; check its permissions");
    }
    return new byte[0];
  }
}
