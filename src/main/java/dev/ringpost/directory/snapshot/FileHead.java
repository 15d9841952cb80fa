package dev.ringpost.directory.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * The beginning of a snapshot's file, in clear: a word, the format, a salt, and by what a key tells
 * whether it has sealed the file.
 *
 * @param key of this file alone
 */
@SuppressWarnings("ArrayRecordComponent") // written and handed on, never compared
record FileHead(byte[] bytes, SecretKey key) {

  private static final byte[] WORD = "RINGPOST".getBytes(StandardCharsets.US_ASCII);

  private static final int SALT_LENGTH = 32;
  private static final int LENGTH =
      WORD.length + Short.BYTES + SALT_LENGTH + SnapshotKey.CHECK_LENGTH;

  /** The head of a new file. */
  static FileHead of(SnapshotKey key, SecureRandom random) {
    byte[] salt = new byte[SALT_LENGTH];
    random.nextBytes(salt);
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .put(WORD)
            .putShort(SnapshotFile.FORMAT)
            .put(salt)
            .put(key.check(salt))
            .array();
    return new FileHead(bytes, key.forFile(salt));
  }

  /** The head of a file that was written before. */
  static FileHead read(InputStream in, SnapshotKey key) throws IOException {
    byte[] bytes = in.readNBytes(LENGTH);
    if (bytes.length < LENGTH || !Arrays.equals(bytes, 0, WORD.length, WORD, 0, WORD.length)) {
      throw new SnapshotRefusedException(SnapshotReason.DAMAGED, "it is not a whole snapshot");
    }
    ByteBuffer head = ByteBuffer.wrap(bytes, WORD.length, LENGTH - WORD.length);
    short format = head.getShort();
    if (format != SnapshotFile.FORMAT) {
      throw new SnapshotRefusedException(
          SnapshotReason.OTHER_FORMAT,
          "its format is " + format + ", and it is " + SnapshotFile.FORMAT + " now");
    }
    byte[] salt = new byte[SALT_LENGTH];
    head.get(salt);
    byte[] check = new byte[SnapshotKey.CHECK_LENGTH];
    head.get(check);
    if (!Arrays.equals(check, key.check(salt))) {
      throw new SnapshotRefusedException(
          SnapshotReason.OTHER_KEY, "it is sealed with another key than that of the key file");
    }
    return new FileHead(bytes, key.forFile(salt));
  }
}
