package dev.ringpost.directory.snapshot;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * The sealing of a file in chunks by AES-256-GCM, as the STREAM construction does it: a chunk's
 * nonce is its number and whether it is the last, so that none can be left out, repeated, moved or
 * cut off unseen. For one file, in one direction, on one thread.
 */
final class ChunkCipher {

  /**
   * Bytes of a chunk in clear; only the last one may have fewer. Small, for a JVM that has just
   * started seals and opens by its interpreter until it has seen the cipher's methods often, and
   * counts calls, not bytes: with 256 KiB that costs seconds of a start.
   */
  static final int CHUNK = 1 << 12;

  static final int TAG = 16;

  private static final int NONCE = 12;

  private final SecretKey key;
  private final byte[] head;
  private final int mode;
  private final Cipher cipher;
  private long number;

  /**
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   * @param key this file's alone
   * @param head what the file begins with in clear; it is authenticated with each chunk
   */
  ChunkCipher(int mode, SecretKey key, byte[] head) {
    this.mode = mode;
    this.key = key;
    this.head = head.clone();
    try {
      this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES in GCM", e);
    }
  }

  /** Seals the next chunk; returns how many bytes it has then. */
  int seal(boolean last, byte[] from, int length, byte[] to) {
    try {
      return next(last, from, length, to);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a chunk of " + length + " bytes cannot be sealed", e);
    }
  }

  /**
   * Opens the next chunk; returns how many bytes it has then.
   *
   * @throws AEADBadTagException if it is not what was sealed there
   */
  int open(boolean last, byte[] from, int length, byte[] to) throws AEADBadTagException {
    try {
      return next(last, from, length, to);
    } catch (AEADBadTagException e) {
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a chunk of " + length + " bytes cannot be opened", e);
    }
  }

  private int next(boolean last, byte[] from, int length, byte[] to)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE).putInt(last ? 1 : 0).putLong(number).array();
    number++;
    cipher.init(mode, key, new GCMParameterSpec(TAG * Byte.SIZE, nonce));
    cipher.updateAAD(head);
    return cipher.doFinal(from, 0, length, to, 0);
  }
}
