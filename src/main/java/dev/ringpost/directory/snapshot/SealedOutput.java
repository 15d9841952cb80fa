package dev.ringpost.directory.snapshot;

import java.io.IOException;
import java.io.OutputStream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;

/**
 * A stream that seals what is written to it, chunk by chunk. What has no {@link #finish} is no
 * whole file: closing alone does not make it one. For one thread.
 */
final class SealedOutput extends OutputStream {

  private final OutputStream out;
  private final ChunkCipher cipher;
  private final byte[] plain = new byte[ChunkCipher.CHUNK];
  private final byte[] sealed = new byte[ChunkCipher.CHUNK + ChunkCipher.TAG];
  private int filled;

  SealedOutput(OutputStream out, SecretKey key, byte[] head) {
    this.out = out;
    this.cipher = new ChunkCipher(Cipher.ENCRYPT_MODE, key, head);
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] from, int start, int length) throws IOException {
    int at = start;
    int end = start + length;
    while (at < end) {
      if (filled == plain.length) {
        seal(false);
      }
      int part = Math.min(end - at, plain.length - filled);
      System.arraycopy(from, at, plain, filled, part);
      filled += part;
      at += part;
    }
  }

  /** Seals what is left as the last chunk. */
  void finish() throws IOException {
    seal(true);
  }

  private void seal(boolean last) throws IOException {
    out.write(sealed, 0, cipher.seal(last, plain, filled, sealed));
    filled = 0;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
