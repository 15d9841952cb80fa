package dev.ringpost.directory.snapshot;

import java.io.IOException;
import java.io.InputStream;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * A stream that opens what a {@link SealedOutput} has sealed; hands out nothing that is not proven
 * to be what was written there. For one thread.
 */
final class SealedInput extends InputStream {

  private final InputStream in;
  private final ChunkCipher cipher;
  private final byte[] sealed = new byte[ChunkCipher.CHUNK + ChunkCipher.TAG];
  private final byte[] plain = new byte[ChunkCipher.CHUNK];
  private long left;
  private int at;
  private int end;
  private boolean wasLast;

  /**
   * @param left how many bytes are to come
   */
  SealedInput(InputStream in, long left, SecretKey key, byte[] head) {
    this.in = in;
    this.left = left;
    this.cipher = new ChunkCipher(Cipher.DECRYPT_MODE, key, head);
  }

  @Override
  public int read() throws IOException {
    return isAtEnd() ? -1 : plain[at++] & 0xFF;
  }

  @Override
  public int read(byte[] to, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int part = Math.min(length, end - at);
    System.arraycopy(plain, at, to, start, part);
    at += part;
    return part;
  }

  private boolean isAtEnd() throws IOException {
    while (at == end) {
      if (wasLast) {
        return true;
      }
      open();
    }
    return false;
  }

  private void open() throws IOException {
    int length = in.readNBytes(sealed, 0, (int) Math.min(sealed.length, left));
    left -= length;
    wasLast = left == 0;
    at = 0;
    end = 0;
    if (length < ChunkCipher.TAG) {
      throw damaged();
    }
    try {
      end = cipher.open(wasLast, sealed, length, plain);
    } catch (AEADBadTagException _) {
      throw damaged();
    }
  }

  private static SnapshotRefusedException damaged() {
    return new SnapshotRefusedException(
        SnapshotReason.DAMAGED, "it is cut off, or not what was written");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
