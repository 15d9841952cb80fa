package dev.ringpost.directory.snapshot;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.call.findings.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The key of snapshots: 32 random bytes. It seals nothing itself: each file has a key of its own,
 * derived from it and the file's salt (HKDF-SHA256), so that no two files share a nonce. Cannot be
 * printed; immutable.
 */
public final class SnapshotKey {

  static final int LENGTH = 32;

  /** Bytes by which a file tells whether this key has sealed it. */
  static final int CHECK_LENGTH = 8;

  /** Bound on the file: Base64 with line ends has far less. */
  private static final int MAX_FILE = 1024;

  private static final String FIX = "write 32 random bytes, such as: openssl rand -base64 32";

  private final byte[] bytes;

  private SnapshotKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key of a file, which holds it as 32 bytes or in Base64.
   *
   * @throws InvalidSettingsException if it does not; nothing of what it holds is in the words
   */
  public static SnapshotKey read(Path file) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_FILE + 1);
    } catch (IOException e) {
      throw refused("cannot be read: " + e.getClass().getSimpleName(), "check its name and rights");
    }
    byte[] bytes = content.length == LENGTH ? content : decoded(content);
    if (isText(bytes)) {
      throw refused("holds 32 letters instead of 32 random bytes", FIX);
    }
    return new SnapshotKey(bytes);
  }

  private static byte[] decoded(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1).strip();
    try {
      byte[] bytes = Base64.getDecoder().decode(text);
      if (bytes.length == LENGTH) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Said below, without a word of it.
    }
    throw refused("does not hold 32 bytes, as they are or in Base64", FIX);
  }

  /** Whether somebody has written a word: of random bytes not one set in 10^13 is like that. */
  private static boolean isText(byte[] bytes) {
    for (byte each : bytes) {
      if (each < ' ') {
        return false;
      }
    }
    return true;
  }

  private static InvalidSettingsException refused(String found, String fix) {
    return new InvalidSettingsException(
        List.of(Finding.failed(SnapshotSettings.KEY_FILE, found, fix)));
  }

  /** The key of the file with this salt. */
  SecretKey forFile(byte[] salt) {
    try {
      return KDF.getInstance("HKDF-SHA256").deriveKey("AES", derivation(salt, "seal", LENGTH));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF-SHA256", e);
    }
  }

  /** By what the file with this salt tells its key from others. */
  byte[] check(byte[] salt) {
    try {
      return KDF.getInstance("HKDF-SHA256").deriveData(derivation(salt, "check", CHECK_LENGTH));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HKDF-SHA256", e);
    }
  }

  private HKDFParameterSpec derivation(byte[] salt, String purpose, int length) {
    return HKDFParameterSpec.ofExtract()
        .addIKM(Arrays.copyOf(bytes, bytes.length))
        .addSalt(salt)
        .thenExpand(("ringpost snapshot " + purpose).getBytes(StandardCharsets.US_ASCII), length);
  }

  @Override
  public String toString() {
    return "SnapshotKey[hidden]";
  }
}
