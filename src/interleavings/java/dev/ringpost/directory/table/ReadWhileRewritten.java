package dev.ringpost.directory.table;

import static dev.ringpost.interleavings.Scenario.promise;
import static dev.ringpost.interleavings.Scenario.together;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ringpost.interleavings.Scenario;
import java.util.Arrays;

/**
 * One thread renews what a user's devices have while two look them up: each lookup finds every
 * device, once, with a value that was put, whole; and never an older one than it found before.
 */
public final class ReadWhileRewritten implements Scenario {

  private static final byte[] USER = "alice".getBytes(UTF_8);
  private static final byte[] PHONE = "phone".getBytes(UTF_8);
  private static final byte[] TABLET = "tablet".getBytes(UTF_8);
  private static final int VALUES = 3;

  @Override
  public void play() throws InterruptedException {
    var table = new CompactTable();
    put(table, TABLET, 1);
    put(table, PHONE, 1);

    together(
        () -> {
          for (int value = 2; value <= VALUES; value++) {
            put(table, PHONE, value);
          }
        },
        () -> look(table),
        () -> look(table));

    promise(found(table) == VALUES, "the newest value is not there");
  }

  private static void look(CompactTable table) {
    int first = found(table);
    int second = found(table);
    promise(first <= second, "value " + second + " was found after " + first);
  }

  /** The value of the phone, after a look at all that is shown. */
  private static int found(CompactTable table) {
    int[] devices = new int[1];
    int[] phone = new int[1];
    table.read(
        USER,
        (from, device, payload, end) -> {
          devices[0]++;
          int value = end - payload;
          promise(Arrays.equals(value(value), Arrays.copyOfRange(from, payload, end)), "torn");
          if (Arrays.equals(PHONE, Arrays.copyOfRange(from, device, payload))) {
            phone[0] = value;
          }
        });
    promise(devices[0] == 2, devices[0] + " devices of two were found");
    return phone[0];
  }

  private static void put(CompactTable table, byte[] device, int value) {
    table.put(USER, device, 0, value, value(value));
  }

  /** As many bytes as it says. */
  private static byte[] value(int value) {
    byte[] bytes = new byte[value];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
