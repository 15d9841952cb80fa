package dev.ringpost.journey;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of an app, which opens what is sealed to it: HPKE (RFC 9180) in base mode by the
 * primitives of the JDK, so that it shares no code with what seals.
 */
final class PhoneKey {

  private static final byte[] KEM = bytes("KEM", 0x00, 0x20);
  private static final byte[] SUITE = bytes("HPKE", 0x00, 0x20, 0x00, 0x01, 0x00, 0x03);
  private static final byte[] INFO = "ringpost push 1".getBytes(US_ASCII);
  private static final byte[] NOTHING = new byte[0];

  /** Bytes of a key, of a shared secret and of SHA-256. */
  private static final int SIZE = 32;

  private static final int NONCE = 12;

  private final KeyPair pair;

  private PhoneKey(KeyPair pair) {
    this.pair = pair;
  }

  static PhoneKey fresh() throws GeneralSecurityException {
    return new PhoneKey(KeyPairGenerator.getInstance("X25519").generateKeyPair());
  }

  /** The public key, as a registration has it. */
  String sealTo() {
    return Base64.getEncoder().encodeToString(raw((XECPublicKey) pair.getPublic()));
  }

  /**
   * Opens what a push has as {@code sealed}.
   *
   * @param callUuid as it stands beside it
   */
  String open(String sealed, String callUuid) throws GeneralSecurityException {
    byte[] all = Base64.getDecoder().decode(sealed);
    byte[] encapsulated = Arrays.copyOf(all, SIZE);
    KeyAgreement agreement = KeyAgreement.getInstance("X25519");
    agreement.init(pair.getPrivate());
    agreement.doPhase(
        KeyFactory.getInstance("X25519")
            .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, number(encapsulated))),
        true);
    byte[] ofBoth = join(encapsulated, raw((XECPublicKey) pair.getPublic()));
    byte[] prk = extract(KEM, NOTHING, "eae_prk", agreement.generateSecret());
    byte[] shared = expand(KEM, prk, "shared_secret", ofBoth, SIZE);
    byte[] context =
        join(
            new byte[] {0},
            extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
            extract(SUITE, NOTHING, "info_hash", INFO));
    byte[] secret = extract(SUITE, shared, "secret", NOTHING);
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(expand(SUITE, secret, "key", context, SIZE), "ChaCha20"),
        new IvParameterSpec(expand(SUITE, secret, "base_nonce", context, NONCE)));
    cipher.updateAAD(callUuid.getBytes(US_ASCII));
    return new String(cipher.doFinal(all, SIZE, all.length - SIZE), UTF_8);
  }

  private static byte[] extract(byte[] suite, byte[] salt, String label, byte[] input)
      throws GeneralSecurityException {
    return hmac(
        salt.length == 0 ? new byte[SIZE] : salt,
        join(bytes("HPKE-v1"), suite, bytes(label), input));
  }

  /** One block is enough for each length that is asked for. */
  private static byte[] expand(byte[] suite, byte[] prk, String label, byte[] info, int length)
      throws GeneralSecurityException {
    byte[] labelled =
        join(new byte[] {0, (byte) length}, bytes("HPKE-v1"), suite, bytes(label), info);
    return Arrays.copyOf(hmac(prk, join(labelled, new byte[] {1})), length);
  }

  private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }

  /** The 32 bytes of a public key, the lowest first. */
  private static byte[] raw(XECPublicKey key) {
    byte[] high = HexFormat.of().parseHex("%064x".formatted(key.getU()));
    return reversed(high);
  }

  private static BigInteger number(byte[] raw) {
    return new BigInteger(1, reversed(raw));
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] bytes(String text, int... behind) {
    byte[] bytes = Arrays.copyOf(text.getBytes(US_ASCII), text.length() + behind.length);
    for (int i = 0; i < behind.length; i++) {
      bytes[text.length() + i] = (byte) behind[i];
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
