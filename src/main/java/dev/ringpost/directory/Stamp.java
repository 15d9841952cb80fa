package dev.ringpost.directory;

import dev.ringpost.call.BundleId;
import dev.ringpost.call.Environment;
import java.time.Instant;

/**
 * How both kinds of values begin when they are packed: environment, time (to the millisecond,
 * rounded down; one before 1970 becomes 1970) and app, 8 bytes with few apps. One thread packs, any
 * number unpack.
 */
final class Stamp {

  private static final int TIME = 1;
  private static final int APP = 7;

  private final AppNumbers apps = new AppNumbers();

  /** Packs the three and what follows them. */
  byte[] pack(Environment environment, Instant time, BundleId app, byte[] rest) {
    byte[] number = apps.write(app);
    byte[] packed = new byte[APP + number.length + rest.length];
    packed[0] = (byte) (environment == Environment.SANDBOX ? 1 : 0);
    Entry.writeTime(packed, TIME, time.toEpochMilli());
    System.arraycopy(number, 0, packed, APP, number.length);
    System.arraycopy(rest, 0, packed, APP + number.length, rest.length);
    return packed;
  }

  Environment environment(byte[] from, int start) {
    return from[start] == 1 ? Environment.SANDBOX : Environment.PRODUCTION;
  }

  Instant time(byte[] from, int start) {
    return Instant.ofEpochMilli(Entry.readTime(from, start + TIME));
  }

  BundleId app(byte[] from, int start) {
    return apps.read(from, start + APP);
  }

  /** Where the rest begins. */
  int rest(byte[] from, int start) {
    return AppNumbers.end(from, start + APP);
  }
}
