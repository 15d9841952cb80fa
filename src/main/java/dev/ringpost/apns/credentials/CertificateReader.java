package dev.ringpost.apns.credentials;

import static dev.ringpost.apns.credentials.CredentialContent.CERTIFICATE_FILE;
import static dev.ringpost.apns.credentials.CredentialContent.CERTIFICATE_KEY_FILE;
import static dev.ringpost.apns.credentials.CredentialContent.PASSPHRASE_FILE;

import dev.ringpost.apns.credentials.CredentialSettings.Certificate;
import dev.ringpost.call.BundleId;
import dev.ringpost.call.findings.Finding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A reader and judge of a provider certificate and its private key. For one use. */
final class CertificateReader {

  private static final String BUNDLE_IDS = "bundle-ids";

  private final CredentialContent content;
  private final Certificate settings;
  private final List<BundleId> apps;
  private final Instant now;
  private final List<Finding> flaws;

  private record Pair(X509Certificate certificate, PrivateKey key) {}

  CertificateReader(
      CredentialContent content, Certificate settings, List<BundleId> apps, Instant now) {
    this.content = content;
    this.settings = settings;
    this.apps = apps;
    this.now = now;
    this.flaws = new ArrayList<>(content.flaws());
  }

  CredentialReading read() {
    if (!flaws.isEmpty()) {
      return CredentialReading.bad(flaws);
    }
    Pair pair = pair();
    if (pair == null) {
      return CredentialReading.bad(flaws);
    }
    X509Certificate certificate = pair.certificate();
    requireValid(certificate);
    requireTopics(certificate);
    if (!flaws.isEmpty()) {
      return CredentialReading.bad(flaws);
    }
    return CredentialReading.good(
        new Credential(
            "certificate "
                + certificate.getSerialNumber().toString(16)
                + " valid until "
                + certificate.getNotAfter().toInstant(),
            Optional.of(certificate.getNotAfter().toInstant()),
            client -> client.setClientCredentials(certificate, pair.key(), null),
            Optional.empty(),
            CertificateTopics.of(certificate)::contains));
  }

  private @Nullable Pair pair() {
    KeyMaterial main = open(CERTIFICATE_FILE, settings.file());
    KeyMaterial extra =
        settings.keyFile().map(file -> open(CERTIFICATE_KEY_FILE, file)).orElse(null);
    if (!flaws.isEmpty() || main == null) {
      return null;
    }
    List<PrivateKey> keys = new ArrayList<>(extra == null ? List.of() : extra.keys());
    keys.addAll(main.keys());
    if (main.certificates().isEmpty()) {
      flaws.add(noCertificate(main));
      return null;
    }
    if (keys.isEmpty()) {
      flaws.add(noKey());
      return null;
    }
    Pair best =
        main.certificates().stream()
            .flatMap(
                certificate ->
                    keys.stream()
                        .filter(key -> belong(certificate, key))
                        .map(key -> new Pair(certificate, key)))
            .max(
                Comparator.<Pair, Boolean>comparing(pair -> allows(pair.certificate()))
                    .thenComparing(pair -> isValid(pair.certificate()))
                    .thenComparing(pair -> pair.certificate().getNotAfter()))
            .orElse(null);
    if (best == null) {
      flaws.add(
          Finding.failed(
              settings.keyFile().isPresent() ? CERTIFICATE_KEY_FILE : CERTIFICATE_FILE,
              settings.keyFile().orElse(settings.file())
                  + " holds a private key that is not the certificate's",
              "export certificate and key together from the machine that made the request"));
    }
    return best;
  }

  private @Nullable KeyMaterial open(String field, Path file) {
    byte[] bytes = content.bytes(field).orElse(new byte[0]);
    KeyMaterial material = KeyMaterial.of(bytes, content.text(PASSPHRASE_FILE));
    switch (material.lock()) {
      case OPEN -> {
        return material;
      }
      case PASSPHRASE_MISSING ->
          flaws.add(
              Finding.failed(
                  field,
                  file + " has a passphrase",
                  "write it into a file and name that under " + PASSPHRASE_FILE));
      case PASSPHRASE_WRONG ->
          flaws.add(
              Finding.failed(
                  PASSPHRASE_FILE,
                  "holds a passphrase that does not open " + file,
                  "write the passphrase that it was exported with"));
    }
    return null;
  }

  private Finding noCertificate(KeyMaterial material) {
    String file = settings.file().toString();
    if (material.disguise().isPresent()) {
      Disguise disguise = material.disguise().get();
      return Finding.failed(CERTIFICATE_FILE, file + " " + disguise.wrong(), disguise.fix());
    }
    return switch (material.form()) {
      case PKCS12 ->
          Finding.failed(
              CERTIFICATE_FILE,
              file + " holds no private key with its certificate",
              "export both into it");
      case PEM ->
          Finding.failed(
              CERTIFICATE_FILE,
              file + " holds " + material.words() + ", but no certificate",
              "name the certificate here and the key under " + CERTIFICATE_KEY_FILE);
      case DER, UNKNOWN ->
          Finding.failed(
              CERTIFICATE_FILE,
              file + " is neither a .p12 file nor a certificate in PEM or DER",
              "export certificate and key as a .p12 file");
    };
  }

  private Finding noKey() {
    return settings
        .keyFile()
        .map(
            file ->
                Finding.failed(
                    CERTIFICATE_KEY_FILE,
                    file + " holds no private key in PEM",
                    "name the file whose text begins a PRIVATE KEY"))
        .orElseGet(
            () ->
                Finding.failed(
                    CERTIFICATE_FILE,
                    settings.file() + " holds a certificate without its private key",
                    "export both as a .p12 file, or name the key under " + CERTIFICATE_KEY_FILE));
  }

  /** A signature is the one proof that does for every kind of key. */
  private static boolean belong(X509Certificate certificate, PrivateKey key) {
    byte[] word = "ringpost".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA");
      signature.initSign(key);
      signature.update(word);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(word);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private boolean isValid(X509Certificate certificate) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }

  private void requireValid(X509Certificate certificate) {
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (end.isBefore(now)) {
      flaws.add(
          Finding.failed(
              CERTIFICATE_FILE,
              settings.file() + " holds a certificate that expired at " + end,
              "get a new one from Apple"));
    } else if (begin.isAfter(now)) {
      flaws.add(
          Finding.failed(
              CERTIFICATE_FILE,
              settings.file() + " holds a certificate that is not valid before " + begin,
              "check this machine's clock, which says " + now));
    }
  }

  private boolean allows(X509Certificate certificate) {
    NavigableSet<String> topics = CertificateTopics.of(certificate);
    return apps.stream().map(BundleId::voipTopic).allMatch(topics::contains);
  }

  private void requireTopics(X509Certificate certificate) {
    NavigableSet<String> topics = CertificateTopics.of(certificate);
    if (topics.isEmpty()) {
      flaws.add(
          Finding.failed(
              CERTIFICATE_FILE,
              settings.file() + " holds a certificate that names no app, so it is not Apple's",
              "create a VoIP Services Certificate at Apple's developer site"));
      return;
    }
    for (BundleId app : apps) {
      if (!topics.contains(app.voipTopic())) {
        flaws.add(wrongTopic(app, topics));
      }
    }
  }

  private Finding wrongTopic(BundleId app, NavigableSet<String> topics) {
    String named = settings.file() + " is for " + String.join(", ", topics);
    if (topics.contains(app.value())) {
      return Finding.failed(
          CERTIFICATE_FILE,
          named + " and may not send VoIP pushes to " + app,
          "create a VoIP Services Certificate at Apple's developer site");
    }
    return Finding.failed(
        BUNDLE_IDS,
        "has " + app + ", but the certificate in " + named,
        "write the app that the certificate was made for, without .voip, or name that app's own"
            + " certificate");
  }
}
