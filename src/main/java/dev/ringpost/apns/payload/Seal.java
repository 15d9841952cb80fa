package dev.ringpost.apns.payload;

import dev.ringpost.call.CallUuid;
import dev.ringpost.call.Device.SealKey;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;

/**
 * The sealing of a text to a phone's key by HPKE (RFC 9180) in base mode, with DHKEM(X25519,
 * HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305, which iOS' CryptoKit opens. Only the phone can
 * open it; who sealed it is not proven. Safe for many threads.
 */
final class Seal {

  /** What both sides say that the key is for; another form would get another word. */
  static final byte[] INFO = "ringpost push 1".getBytes(StandardCharsets.US_ASCII);

  /** The length of what is sealed is a multiple of this, in bytes, to tell less of a name. */
  static final int STEP = 128;

  private Seal() {}

  /**
   * The encapsulated key and the ciphertext behind it, in base64.
   *
   * @param json what is sealed; spaces fill it up
   * @param call the call that it belongs to: it opens with no other
   */
  static String seal(SealKey to, CallUuid call, String json) {
    HPKE hpke = hpke();
    byte[] sealed =
        seal(
            hpke,
            to.bytes(),
            hpke.generatePrivateKey(),
            INFO,
            call.toString().getBytes(StandardCharsets.US_ASCII),
            filled(json));
    return Base64.getEncoder().encodeToString(sealed);
  }

  /**
   * Seals one text.
   *
   * @param once the sender's key pair, never used twice
   */
  static byte[] seal(
      HPKE hpke, byte[] to, AsymmetricCipherKeyPair once, byte[] info, byte[] aad, byte[] text) {
    try {
      HPKEContextWithEncapsulation context =
          hpke.setupBaseS(hpke.deserializePublicKey(to), info, once);
      byte[] key = context.getEncapsulation();
      byte[] cipher = context.seal(aad, text);
      byte[] both = Arrays.copyOf(key, key.length + cipher.length);
      System.arraycopy(cipher, 0, both, key.length, cipher.length);
      return both;
    } catch (InvalidCipherTextException e) {
      throw new IllegalStateException("sealing cannot fail on a valid key", e);
    }
  }

  /** A text with spaces up to the next {@link #STEP}. */
  static byte[] filled(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    byte[] filled = Arrays.copyOf(text, (text.length + STEP - 1) / STEP * STEP);
    Arrays.fill(filled, text.length, filled.length, (byte) ' ');
    return filled;
  }

  /** The suite that CryptoKit calls {@code Curve25519_SHA256_ChachaPoly}; for one thread. */
  static HPKE hpke() {
    return new HPKE(
        HPKE.mode_base, HPKE.kem_X25519_SHA256, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
  }
}
