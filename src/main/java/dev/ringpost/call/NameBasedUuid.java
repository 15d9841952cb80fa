package dev.ringpost.call;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** UUIDs of version 5 (RFC 9562, 5.5): the same name gives the same UUID everywhere. */
public final class NameBasedUuid {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** One per thread: each push has a UUID, and a new digest is most of what one allocates. */
  private static final ThreadLocal<MessageDigest> SHA_1 =
      ThreadLocal.withInitial(NameBasedUuid::sha1);

  private NameBasedUuid() {}

  /** The UUID of a name, in UTF-8, within a namespace. */
  public static UUID of(UUID namespace, String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    byte[] named = new byte[2 * Long.BYTES + utf8.length];
    LONG.set(named, 0, namespace.getMostSignificantBits());
    LONG.set(named, Long.BYTES, namespace.getLeastSignificantBits());
    System.arraycopy(utf8, 0, named, 2 * Long.BYTES, utf8.length);
    byte[] hash = SHA_1.get().digest(named);
    long most = ((long) LONG.get(hash, 0) & 0xFFFF_FFFF_FFFF_0FFFL) | 0x5000L;
    long least =
        ((long) LONG.get(hash, Long.BYTES) & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(most, least);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
  }
}
