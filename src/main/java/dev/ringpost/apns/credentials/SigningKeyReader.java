package dev.ringpost.apns.credentials;

import static dev.ringpost.apns.credentials.CredentialContent.KEY_FILE;
import static dev.ringpost.apns.credentials.CredentialContent.KEY_ID_FILE;

import com.eatthepath.pushy.apns.auth.ApnsSigningKey;
import dev.ringpost.apns.credentials.CredentialSettings.KeyId;
import dev.ringpost.apns.credentials.CredentialSettings.SigningKey;
import dev.ringpost.call.findings.Finding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A reader and judge of a key for provider tokens. For one use. */
final class SigningKeyReader {

  private static final String KEY_ID = "key.key-id";
  private static final String TEAM_ID = "key.team-id";

  /** Apple's ids of keys and teams. */
  private static final Pattern APPLE_ID = Pattern.compile("[A-Z0-9]{10}");

  /** The curve of ES256, which is the only signature that APNs accepts. */
  private static final ECParameterSpec P256 = p256();

  private static final String APPLES_FILE =
      "name the .p8 file that Apple's developer site gave out";

  private final CredentialContent content;
  private final SigningKey settings;
  private final List<Finding> flaws;

  SigningKeyReader(CredentialContent content, SigningKey settings) {
    this.content = content;
    this.settings = settings;
    this.flaws = new ArrayList<>(content.flaws());
  }

  CredentialReading read() {
    String keyId = keyId();
    String teamId = settings.teamId();
    requireAppleId(TEAM_ID, teamId);
    if (teamId.equals(keyId)) {
      flaws.add(
          Finding.failed(
              TEAM_ID,
              "is the key's id",
              "write the id of the team, which Apple's developer site shows under Membership"));
    }
    ECPrivateKey key = content.bytes(KEY_FILE).map(this::key).orElse(null);
    if (!flaws.isEmpty() || key == null || keyId == null) {
      return CredentialReading.bad(flaws);
    }
    try {
      var signingKey = new ApnsSigningKey(keyId, teamId, key);
      sign(signingKey);
      return CredentialReading.good(
          new Credential(
              "key " + keyId + " of team " + teamId,
              Optional.empty(),
              client -> client.setSigningKey(signingKey),
              Optional.of(new ProviderToken(signingKey)),
              _ -> true));
    } catch (GeneralSecurityException e) {
      String wrong = settings.file() + " cannot be signed with: " + Causes.innermost(e);
      return CredentialReading.bad(List.of(Finding.failed(KEY_FILE, wrong, APPLES_FILE)));
    }
  }

  /** As each provider token is signed. */
  private static void sign(ApnsSigningKey key) throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(key.getKeyId().getBytes(StandardCharsets.US_ASCII));
    byte[] _ = signature.sign();
  }

  private static ECParameterSpec p256() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has P-256", e);
    }
  }

  /** By its numbers: other curves have 256 bits too. */
  private static boolean isOnP256(ECParameterSpec of) {
    return of.getCurve().equals(P256.getCurve())
        && of.getGenerator().equals(P256.getGenerator())
        && of.getOrder().equals(P256.getOrder());
  }

  private @Nullable String keyId() {
    return switch (settings.keyId()) {
      case KeyId.Written(String id) -> {
        requireAppleId(KEY_ID, id);
        requireFileOfId(id);
        yield id;
      }
      case KeyId.InFile(Path file) -> {
        String id = content.text(KEY_ID_FILE).map(String::strip).orElse(null);
        if (id != null && !APPLE_ID.matcher(id).matches()) {
          // the text is not shown: it may be the key
          flaws.add(
              Finding.failed(
                  KEY_ID_FILE,
                  file + " holds something else than Apple's 10 letters and digits",
                  "write the key's id into it, and nothing else"));
        }
        yield id;
      }
    };
  }

  private void requireAppleId(String field, String id) {
    if (!APPLE_ID.matcher(id).matches()) {
      flaws.add(
          Finding.failed(
              field,
              "must be Apple's 10 letters and digits, not '" + id + "'",
              "write it as Apple's developer site shows it"));
    }
  }

  private void requireFileOfId(String id) {
    Optional<String> named = KeyId.inNameOf(settings.file());
    if (named.isPresent() && !named.get().equals(id)) {
      flaws.add(
          Finding.failed(
              KEY_ID,
              "is " + id + ", but by the name of its file the key is " + named.get(),
              "write the id of the key that is in the file, or give the file a name without an"
                  + " id"));
    }
  }

  private @Nullable ECPrivateKey key(byte[] bytes) {
    KeyMaterial material = KeyMaterial.of(bytes, Optional.empty());
    if (material.form() == KeyMaterial.Form.PEM
        && material.keys().size() == 1
        && material.keys().getFirst() instanceof ECPrivateKey key
        && isOnP256(key.getParams())) {
      return key;
    }
    if (material.disguise().isPresent()) {
      Disguise disguise = material.disguise().get();
      flaws.add(Finding.failed(KEY_FILE, settings.file() + " " + disguise.wrong(), disguise.fix()));
      return null;
    }
    flaws.add(
        switch (material.form()) {
          case PKCS12 ->
              Finding.failed(
                  KEY_FILE,
                  settings.file() + " is a .p12 file, not a signing key",
                  "name it under certificate instead of key");
          case PEM ->
              Finding.failed(
                  KEY_FILE,
                  settings.file()
                      + " holds "
                      + (material.lock() == KeyMaterial.Lock.OPEN
                          ? material.words()
                          : "a key with a passphrase")
                      + ", not a signing key (PKCS#8 in PEM, elliptic curve P-256)",
                  APPLES_FILE);
          case DER, UNKNOWN ->
              Finding.failed(
                  KEY_FILE,
                  settings.file() + " is not a .p8 file: it has no PRIVATE KEY block",
                  APPLES_FILE);
        });
    return null;
  }
}
