package dev.ringpost.directory.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of registrations that shows a token only where it was registered last: a phone that was
 * sold or handed on must not ring for its former owner, and an app that was installed again must
 * not ring twice. Two registrations speak of the same token if token and app are the same. Of equal
 * times the user, then the device, whose bytes are less counts, so that all workers agree.
 *
 * <p>All registrations stay in the table: when the last one is removed or changed, the one before
 * counts again. What is shown is a function of what the table holds, whatever the order in which it
 * was read. The index only finds the others quickly; each is compared byte by byte, under its own
 * shard's lock, and no two locks are ever held together. A lookup that meets a change sees either
 * side of it.
 *
 * <p>A token that too many users claim, see {@link TokenOwnerShard#MAX_RIVALS}, is shown nowhere:
 * it is a placeholder, or somebody's phone that everybody's calls would ring.
 *
 * <p>Payloads must begin with a {@link PackedHeader}.
 */
public final class OneOwnerTable implements DeviceTable {

  private final CompactTable table = new CompactTable();
  private final TokenOwnerIndex claims = new TokenOwnerIndex();

  /**
   * A registration, copied.
   *
   * @param bytes the user, the device and the payload, one after the other
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Registration(byte[] bytes, int device, int payload) {

    int token() {
      return tokenHash(bytes, payload, bytes.length);
    }
  }

  /** A search for a registration of the same token that counts more. */
  private static final class Rival implements OwnerReader {

    private final Registration own;
    private boolean found;

    /**
     * Of the user itself, those that were copied count: what came since is none of this reading.
     */
    private boolean ownCounted;

    Rival(Registration own) {
      this.own = own;
    }

    @Override
    public void entry(byte[] from, int user, int device, int payload, int end) {
      found |= hasSameToken(from, payload, end) && countsMore(from, user, device, payload);
    }

    private boolean hasSameToken(byte[] from, int payload, int end) {
      return Arrays.equals(
          from,
          PackedHeader.identity(from, payload),
          end,
          own.bytes,
          PackedHeader.identity(own.bytes, own.payload),
          own.bytes.length);
    }

    /** False of the registration itself, also if it was renewed since it was copied. */
    private boolean countsMore(byte[] from, int user, int device, int payload) {
      int users = Arrays.compareUnsigned(from, user, device, own.bytes, 0, own.device);
      int devices =
          Arrays.compareUnsigned(from, device, payload, own.bytes, own.device, own.payload);
      if (users == 0 && (devices == 0 || ownCounted)) {
        return false;
      }
      int times =
          Long.compare(
              PackedHeader.millis(from, payload), PackedHeader.millis(own.bytes, own.payload));
      return times > 0 || (times == 0 && (users < 0 || (users == 0 && devices < 0)));
    }
  }

  /**
   * A search for the token of one device, which also counts how many devices have either of two
   * tokens.
   */
  private static final class Sought implements Reader {

    private final byte[] sought;
    private final int one;
    private final int other;
    private int token = TokenOwnerShard.NONE;
    private byte[] bytes = {};
    private int haveOne;
    private int haveOther;

    Sought(byte[] sought, int one, int other) {
      this.sought = sought;
      this.one = one;
      this.other = other;
    }

    @Override
    public void entry(byte[] from, int device, int payload, int end) {
      int hash = tokenHash(from, payload, end);
      if (Arrays.equals(from, device, payload, sought, 0, sought.length)) {
        token = hash;
        bytes = Arrays.copyOfRange(from, PackedHeader.identity(from, payload), end);
      }
      if (hash == one) {
        haveOne++;
      }
      if (hash == other) {
        haveOther++;
      }
    }
  }

  @Override
  public void read(byte[] user, Reader reader) {
    List<Registration> own = new ArrayList<>(2);
    table.readAll(
        SeededHash.of(user, 0, user.length),
        (from, start, device, payload, end) -> {
          if (Arrays.equals(from, start, device, user, 0, user.length)) {
            byte[] bytes = Arrays.copyOfRange(from, start, end);
            own.add(new Registration(bytes, device - start, payload - start));
          }
        });
    for (Registration registration : own) {
      var rival = new Rival(registration);
      own.forEach(
          other -> rival.entry(other.bytes, 0, other.device, other.payload, other.bytes.length));
      if (rival.found) {
        continue; // another device of the same user stands for this one
      }
      byte[] bytes = registration.bytes;
      if (isHandedOn(registration, rival)) {
        reader.handedOn(bytes, registration.device, registration.payload, bytes.length);
      } else {
        reader.entry(bytes, registration.device, registration.payload, bytes.length);
      }
    }
  }

  /**
   * Whether another user counts more, or too many have the token.
   *
   * @param rival has searched the user's own, and found none
   */
  private boolean isHandedOn(Registration registration, Rival rival) {
    byte[] bytes = registration.bytes;
    int token = registration.token();
    if (claims.isCrowded(
        token, bytes, PackedHeader.identity(bytes, registration.payload), bytes.length)) {
      return true;
    }
    rival.ownCounted = true;
    int[] users = claims.rivals(token);
    Arrays.sort(users);
    for (int i = 0; i < users.length && !rival.found; i++) {
      if (i == 0 || users[i] != users[i - 1]) {
        table.readAll(users[i], rival);
      }
    }
    return rival.found;
  }

  @Override
  public Put put(
      byte[] user, byte[] device, int partition, long timestamp, byte @Nullable [] payload) {
    int hash = SeededHash.of(user, 0, user.length);
    int coming = payload == null ? TokenOwnerShard.NONE : tokenHash(payload, 0, payload.length);
    Sought before = sought(user, device, coming, TokenOwnerShard.NONE);
    boolean claimed = payload != null && coming != before.token && before.haveOne == 0;
    if (payload != null && claimed) {
      // Before it can be read, so that no reader finds a former owner beside the new one.
      claims.add(
          coming,
          hash,
          Arrays.copyOfRange(payload, PackedHeader.identity(payload, 0), payload.length));
    }
    Put taken = table.put(user, device, partition, timestamp, payload);
    Sought after = sought(user, device, coming, before.token);
    if (claimed && after.haveOne == 0) {
      claims.remove(coming, hash);
    }
    if (after.token == before.token) {
      return taken;
    }
    if (before.token != TokenOwnerShard.NONE && after.haveOther == 0) {
      claims.remove(before.token, hash);
    }
    if (after.token == TokenOwnerShard.NONE) {
      return taken;
    }
    if (after.token != coming
        && sought(user, device, after.token, TokenOwnerShard.NONE).haveOne == 1) {
      claims.add(after.token, hash, after.bytes);
    }
    boolean crowded = claims.isCrowded(after.token, after.bytes, 0, after.bytes.length);
    return crowded ? Put.CROWDED : taken;
  }

  private Sought sought(byte[] user, byte[] device, int one, int other) {
    var sought = new Sought(device, one, other);
    table.read(user, sought);
    return sought;
  }

  private static int tokenHash(byte[] from, int payload, int end) {
    return TokenOwnerIndex.tokenHash(from, PackedHeader.identity(from, payload), end);
  }

  @Override
  public void save(EntryBlocks blocks) throws IOException {
    table.save(blocks);
  }

  @Override
  public void restore(byte[] block, int length) {
    table.restore(block, length);
  }

  /**
   * Only now tokens are claimed, each once for each of its users, and nothing need be looked up.
   */
  @Override
  public void restored() {
    table.readUsers(new Claims());
  }

  /** Claims the tokens of users that are shown one after the other. */
  private final class Claims implements OwnerReader {

    private byte[] owner = {};
    private int[] tokens = new int[4];
    private int count;

    @Override
    public void entry(byte[] from, int user, int device, int payload, int end) {
      if (!Arrays.equals(from, user, device, owner, 0, owner.length)) {
        owner = Arrays.copyOfRange(from, user, device);
        count = 0;
      }
      int token = tokenHash(from, payload, end);
      for (int i = 0; i < count; i++) {
        if (tokens[i] == token) {
          return;
        }
      }
      if (count == tokens.length) {
        tokens = Arrays.copyOf(tokens, count * 2);
      }
      tokens[count++] = token;
      claims.add(
          token,
          SeededHash.of(owner, 0, owner.length),
          Arrays.copyOfRange(from, PackedHeader.identity(from, payload), end));
    }
  }

  /** Forgets tombstones, which claim nothing; no registration is ever too old. */
  @Override
  public void sweep(int shard, long since) {
    table.sweep(shard, DeviceTable.ALL_TIME);
  }

  /** Devices that have a value, shown or not. */
  @Override
  public long live() {
    return table.live();
  }

  @Override
  public long tombstones() {
    return table.tombstones();
  }

  @Override
  public long shadowed() {
    return table.shadowed();
  }

  @Override
  public long bytes() {
    return table.bytes() + claims.bytes();
  }
}
