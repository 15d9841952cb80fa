package dev.ringpost.apns.credentials;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.bc.BcPEMDecryptorProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.InputDecryptorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagFactory;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilderProvider;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The certificates and private keys that a file holds, in any of the forms that Apple, Keychain and
 * OpenSSL give them: PKCS#12, PEM with keys in PKCS#1, SEC 1 or PKCS#8, encrypted in the old way
 * ({@code Proc-Type}) or the new, and certificates in DER. The form is told by the content.
 */
final class KeyMaterial {

  /** The form of a file. */
  enum Form {
    PEM,
    DER,
    PKCS12,
    /** None of those. */
    UNKNOWN
  }

  /** The result of opening a file. */
  enum Lock {
    OPEN,
    /** It has a passphrase, and none was given. */
    PASSPHRASE_MISSING,
    /** The passphrase is another. */
    PASSPHRASE_WRONG
  }

  private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

  private final List<X509Certificate> certificates = new ArrayList<>();
  private final List<PrivateKey> keys = new ArrayList<>();
  private final @Nullable String passphrase;
  private Optional<Disguise> disguise = Optional.empty();
  private Form form = Form.UNKNOWN;
  private Lock lock = Lock.OPEN;

  private KeyMaterial(@Nullable String passphrase) {
    this.passphrase = passphrase;
  }

  /**
   * Reads a file's content. What it cannot make sense of is left out.
   *
   * @param passphrase tried on what is encrypted
   */
  static KeyMaterial of(byte[] content, Optional<String> passphrase) {
    var material = new KeyMaterial(passphrase.orElse(null));
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (text.contains(Disguise.BEGIN)) {
      // what stands before, such as a byte order mark, would hide the first line
      material.readPem(text.substring(text.indexOf(Disguise.BEGIN)));
    } else if (!material.readDer(content)) {
      material.readPkcs12(content);
    }
    if (material.keys.isEmpty() && material.certificates.isEmpty() && material.lock == Lock.OPEN) {
      material.disguise = Disguise.of(content);
    }
    return material;
  }

  /** What was done to the file that it cannot be read, if that can be told. */
  Optional<Disguise> disguise() {
    return disguise;
  }

  Form form() {
    return form;
  }

  Lock lock() {
    return lock;
  }

  List<X509Certificate> certificates() {
    return Collections.unmodifiableList(certificates);
  }

  List<PrivateKey> keys() {
    return Collections.unmodifiableList(keys);
  }

  private void readPem(String text) {
    form = Form.PEM;
    try (var parser = new PEMParser(new StringReader(text))) {
      for (Object found = parser.readObject(); found != null; found = parser.readObject()) {
        take(found);
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException _) {
      // what was read until here counts; if that is not enough, the reader says what is missing
    }
  }

  private void take(Object found) throws IOException, GeneralSecurityException {
    switch (found) {
      case X509CertificateHolder certificate ->
          certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
      case PrivateKeyInfo key -> take(key);
      case PEMKeyPair pair -> take(pair.getPrivateKeyInfo());
      case PEMEncryptedKeyPair _ when passphrase == null -> missing();
      case PEMEncryptedKeyPair locked -> open(locked, passphrase);
      case PKCS8EncryptedPrivateKeyInfo _ when passphrase == null -> missing();
      case PKCS8EncryptedPrivateKeyInfo locked -> open(locked, passphrase);
      // names of curves, requests and the like stand beside keys and are of no use to us
      default -> {}
    }
  }

  private void take(PrivateKeyInfo key) throws IOException {
    keys.add(new JcaPEMKeyConverter().getPrivateKey(key));
  }

  private void missing() {
    lock = Lock.PASSPHRASE_MISSING;
  }

  /** A wrong passphrase may also give what looks decrypted and is no key. */
  private void open(PEMEncryptedKeyPair locked, String with) {
    for (char[] spelling : spellings(with)) {
      try {
        take(locked.decryptKeyPair(new BcPEMDecryptorProvider(spelling)).getPrivateKeyInfo());
        return;
      } catch (IOException | IllegalArgumentException _) {
        // another spelling may be the one
      }
    }
    lock = Lock.PASSPHRASE_WRONG;
  }

  private void open(PKCS8EncryptedPrivateKeyInfo locked, String with) {
    for (char[] spelling : spellings(with)) {
      try {
        take(
            locked.decryptPrivateKeyInfo(
                new JceOpenSSLPKCS8DecryptorProviderBuilder()
                    .setProvider(BOUNCY_CASTLE)
                    .build(spelling)));
        return;
      } catch (IOException | PKCSException | OperatorCreationException _) {
        // another spelling may be the one
      }
    }
    lock = Lock.PASSPHRASE_WRONG;
  }

  /**
   * A passphrase as those who locked the file may have spelt it: letters outside ASCII as one
   * character or composed of two (macOS), and each of their UTF-8 bytes as a character (older
   * OpenSSL).
   */
  private static List<char[]> spellings(String passphrase) {
    Set<String> spellings = new LinkedHashSet<>();
    spellings.add(passphrase);
    spellings.add(Normalizer.normalize(passphrase, Normalizer.Form.NFC));
    spellings.add(Normalizer.normalize(passphrase, Normalizer.Form.NFD));
    for (String spelling : List.copyOf(spellings)) {
      byte[] bytes = spelling.getBytes(StandardCharsets.UTF_8);
      spellings.add(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return spellings.stream().map(String::toCharArray).toList();
  }

  private boolean readDer(byte[] content) {
    try {
      certificates.add(
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(content)));
      form = Form.DER;
      return true;
    } catch (CertificateException _) {
      return false;
    }
  }

  /**
   * Bag by bag, since Java's key store hides certificates that are not bound to a key by the
   * exporter, and refuses passphrases outside ASCII; it is asked where this does not succeed.
   */
  private void readPkcs12(byte[] content) {
    for (char[] spelling : spellings(passphrase == null ? "" : passphrase)) {
      try {
        readBags(new PKCS12PfxPdu(content), spelling);
        form = Form.PKCS12;
        return;
      } catch (IOException
          | PKCSException
          | GeneralSecurityException
          | IllegalArgumentException
          | IllegalStateException _) {
        keys.clear();
        certificates.clear();
      }
    }
    readKeyStore(content);
  }

  private void readBags(PKCS12PfxPdu file, char[] with)
      throws IOException, PKCSException, GeneralSecurityException {
    var macs = new JcePKCS12MacCalculatorBuilderProvider().setProvider(BOUNCY_CASTLE);
    if (!file.hasMac() || !file.isMacValid(macs, with)) {
      throw new PKCSException("the passphrase is another, or Java's key store knows more");
    }
    InputDecryptorProvider decryptor =
        new JcePKCSPBEInputDecryptorProviderBuilder().setProvider(BOUNCY_CASTLE).build(with);
    for (ContentInfo part : file.getContentInfos()) {
      PKCS12SafeBagFactory bags =
          part.getContentType().equals(PKCSObjectIdentifiers.encryptedData)
              ? new PKCS12SafeBagFactory(part, decryptor)
              : new PKCS12SafeBagFactory(part);
      for (PKCS12SafeBag bag : bags.getSafeBags()) {
        switch (bag.getBagValue()) {
          case X509CertificateHolder certificate ->
              certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
          case PrivateKeyInfo key -> take(key);
          case PKCS8EncryptedPrivateKeyInfo locked -> take(locked.decryptPrivateKeyInfo(decryptor));
          // lists of revoked certificates and secrets are of no use to us
          default -> {}
        }
      }
    }
  }

  private void readKeyStore(byte[] content) {
    char[] opener = passphrase == null ? new char[0] : passphrase.toCharArray();
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), opener);
      form = Form.PKCS12;
      for (String alias : Collections.list(store.aliases())) {
        if (store.getKey(alias, opener) instanceof PrivateKey key
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          keys.add(key);
          certificates.add(certificate);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      if (e instanceof UnrecoverableKeyException
          || e.getCause() instanceof UnrecoverableKeyException) {
        form = Form.PKCS12;
        lock = passphrase == null ? Lock.PASSPHRASE_MISSING : Lock.PASSPHRASE_WRONG;
      }
    }
  }

  /** What it holds, in words: "a certificate", "an RSA key", "nothing". */
  String words() {
    List<String> parts = new ArrayList<>();
    if (!certificates.isEmpty()) {
      parts.add(certificates.size() == 1 ? "a certificate" : certificates.size() + " certificates");
    }
    for (PrivateKey key : keys) {
      parts.add(
          "an " + key.getAlgorithm().toUpperCase(Locale.ROOT).replace("ECDSA", "EC") + " key");
    }
    return parts.isEmpty() ? "nothing that can be read" : String.join(" and ", parts);
  }
}
