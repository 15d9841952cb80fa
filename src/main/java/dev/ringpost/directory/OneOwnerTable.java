package dev.ringpost.directory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of registrations that shows a token only where it was registered last: a phone that was
 * sold or handed on must not ring for its former owner, and an app that was installed again must
 * not ring twice. Two registrations speak of the same token if token, app and environment are the
 * same. Of equal times the user, then the device, whose bytes are less counts, so that all workers
 * agree.
 *
 * <p>All registrations stay in the table: when the last one is removed or changed, the one before
 * counts again. What is shown is a function of what the table holds, whatever the order in which it
 * was read. The index only finds the others quickly; each is compared byte by byte, under its own
 * shard's lock, and no two locks are ever held together. A lookup that meets a change sees either
 * side of it.
 *
 * <p>Payloads must begin with a {@link Stamp}.
 */
final class OneOwnerTable implements DeviceTable {

  private final CompactTable table = new CompactTable();
  private final ClaimIndex claims = new ClaimIndex();

  /** A registration, copied. */
  private static final class Registration {

    private final byte[] user;

    /** The device, then its payload. */
    private final byte[] entry;

    private final int payload;

    Registration(byte[] user, byte[] entry, int payload) {
      this.user = user;
      this.entry = entry;
      this.payload = payload;
    }

    int token() {
      return tokenHash(entry, payload, entry.length);
    }
  }

  /** Looks for a registration of the same token that counts more. */
  private static final class Rival implements CompactTable.OwnerReader {

    private final Registration own;
    private boolean found;

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
          payload + Stamp.TIME_LENGTH,
          end,
          own.entry,
          own.payload + Stamp.TIME_LENGTH,
          own.entry.length);
    }

    /** False of the registration itself, also if it was renewed since it was copied. */
    private boolean countsMore(byte[] from, int user, int device, int payload) {
      int users = Arrays.compareUnsigned(from, user, device, own.user, 0, own.user.length);
      int devices = Arrays.compareUnsigned(from, device, payload, own.entry, 0, own.payload);
      if (users == 0 && devices == 0) {
        return false;
      }
      int times =
          Long.compare(Entry.readTime(from, payload), Entry.readTime(own.entry, own.payload));
      return times > 0 || (times == 0 && (users < 0 || (users == 0 && devices < 0)));
    }
  }

  /** Finds the token of one device. */
  private static final class Sought implements Reader {

    private final byte[] sought;
    private int token = ClaimIndex.NONE;

    Sought(byte[] sought) {
      this.sought = sought;
    }

    @Override
    public void entry(byte[] from, int device, int payload, int end) {
      if (Arrays.equals(from, device, payload, sought, 0, sought.length)) {
        token = tokenHash(from, payload, end);
      }
    }
  }

  @Override
  public void read(byte[] user, Reader reader) {
    List<Registration> own = new ArrayList<>(2);
    table.read(
        user,
        (from, device, payload, end) ->
            own.add(
                new Registration(user, Arrays.copyOfRange(from, device, end), payload - device)));
    for (Registration registration : own) {
      if (isLast(registration)) {
        byte[] entry = registration.entry;
        reader.entry(entry, 0, registration.payload, entry.length);
      }
    }
  }

  private boolean isLast(Registration registration) {
    int[] users = claims.rivals(registration.token());
    Arrays.sort(users);
    var rival = new Rival(registration);
    for (int i = 0; i < users.length && !rival.found; i++) {
      if (i == 0 || users[i] != users[i - 1]) {
        table.readAll(users[i], rival);
      }
    }
    return !rival.found;
  }

  @Override
  public Put put(
      byte[] user, byte[] device, int partition, long timestamp, byte @Nullable [] payload) {
    int before = token(user, device);
    Put taken = table.put(user, device, partition, timestamp, payload);
    int after = token(user, device);
    if (after != before) {
      int hash = CompactTable.hash(user, 0, user.length);
      if (before != ClaimIndex.NONE) {
        claims.remove(before, hash);
      }
      if (after != ClaimIndex.NONE) {
        claims.add(after, hash);
      }
    }
    return taken;
  }

  /** What the device has now. */
  private int token(byte[] user, byte[] device) {
    var sought = new Sought(device);
    table.read(user, sought);
    return sought.token;
  }

  private static int tokenHash(byte[] from, int payload, int end) {
    return ClaimIndex.tokenHash(from, payload + Stamp.TIME_LENGTH, end);
  }

  /** Forgets voids, which claim nothing; no registration is ever too old. */
  @Override
  public void sweep(int shard, long since) {
    table.sweep(shard, CompactTable.ALL_TIME);
  }

  /** Devices that have a value, shown or not. */
  @Override
  public long live() {
    return table.live();
  }

  @Override
  public long voids() {
    return table.voids();
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
