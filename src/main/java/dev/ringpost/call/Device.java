package dev.ringpost.call;

import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A device as it was last registered.
 *
 * @param id the installation
 * @param token what APNs knows it by
 * @param app the app that is installed
 * @param environment where the token is valid
 * @param registeredAt when the app got the token, never after the record's timestamp
 * @param sealTo the key to which its pushes are sealed, if the app has given one
 * @param kind the pushes that the token is for
 */
public record Device(
    DeviceId id,
    VoipToken token,
    BundleId app,
    Environment environment,
    Instant registeredAt,
    Optional<SealKey> sealTo,
    DeviceKey.Kind kind) {

  /** A device that can be rung. */
  public Device(
      DeviceId id,
      VoipToken token,
      BundleId app,
      Environment environment,
      Instant registeredAt,
      Optional<SealKey> sealTo) {
    this(id, token, app, environment, registeredAt, sealTo, DeviceKey.Kind.VOIP);
  }

  /** A device that can be rung and has given no key. */
  public Device(
      DeviceId id, VoipToken token, BundleId app, Environment environment, Instant registeredAt) {
    this(id, token, app, environment, registeredAt, Optional.empty(), DeviceKey.Kind.VOIP);
  }

  /** A public key of X25519 (RFC 7748), of which only the phone has the private part. */
  public static final class SealKey {

    /** Bytes of every key. */
    public static final int BYTES = 32;

    /**
     * The keys with which any private key agrees on nothing but zeros (points of small order, and
     * their other spellings), so that anybody could open what is sealed to them. The last bit of a
     * key does not count.
     */
    private static final List<String> WORTHLESS =
        List.of(
            "00".repeat(BYTES),
            "01" + "00".repeat(BYTES - 1),
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ec" + "ff".repeat(BYTES - 2) + "7f",
            "ed" + "ff".repeat(BYTES - 2) + "7f",
            "ee" + "ff".repeat(BYTES - 2) + "7f");

    private final byte[] bytes;

    private SealKey(byte[] bytes) {
      if (bytes.length != BYTES) {
        throw new IllegalArgumentException(
            "sealTo must be the " + BYTES + " bytes of an X25519 key, not " + bytes.length);
      }
      byte[] point = bytes.clone();
      point[BYTES - 1] &= 0x7F;
      if (WORTHLESS.contains(HexFormat.of().formatHex(point))) {
        throw new IllegalArgumentException(
            "sealTo must be a key that can keep a secret, not a point of small order");
      }
      this.bytes = bytes;
    }

    /**
     * Reads a key in base64, with or without its padding.
     *
     * @throws IllegalArgumentException if it is none; the message never holds the text
     */
    public static SealKey parse(String base64) {
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(base64);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("sealTo must be base64", e);
      }
      return new SealKey(bytes);
    }

    /** A key from its bytes, which are copied. */
    public static SealKey ofBytes(byte[] bytes) {
      return new SealKey(bytes.clone());
    }

    /** A copy of the key's bytes. */
    public byte[] bytes() {
      return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof SealKey that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "SealKey[" + Base64.getEncoder().encodeToString(bytes) + "]";
    }
  }
}
