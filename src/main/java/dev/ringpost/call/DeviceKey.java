package dev.ringpost.call;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A device by the key that its records have, of tokens and of invalidations: {@code
 * <user>/<device>} in UTF-8, split at its last {@code /}. A {@code /} inside a device id is written
 * {@code %2F}, and nothing else is escaped, so that each key names one device and each device that
 * a key can name has one key. (No key names a device whose id holds {@code %2F} as it stands.)
 *
 * @param user whose device
 * @param device which of them
 */
public record DeviceKey(UserId user, DeviceId device) {

  private static final String ESCAPED_SLASH = "%2F";

  /** What to do about a key that is something else. */
  private static final String PLAIN =
      "; write it with a serializer of plain strings, as <user>/<device>";

  /**
   * Reads the key of a record.
   *
   * @throws IllegalArgumentException if it names no device; the message says why and never holds
   *     the key
   */
  public static DeviceKey parse(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    if (key.length > 0 && key[0] == 0) {
      throw new IllegalArgumentException(
          "the key begins with a zero byte, as serializers of a schema registry write it" + PLAIN);
    }
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), key)) {
      throw new IllegalArgumentException("the key is not UTF-8" + PLAIN);
    }
    requirePlain(text);
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("the key has no '/': it must be <user>/<device>");
    }
    return new DeviceKey(
        part("user", text.substring(0, slash), UserId::new),
        part("device", text.substring(slash + 1).replace(ESCAPED_SLASH, "/"), DeviceId::new));
  }

  private static <T> T part(String name, String text, Function<String, T> type) {
    try {
      return type.apply(text);
    } catch (Bounds.UnfitTextException e) {
      throw new IllegalArgumentException("the " + name + " in the key " + e.rule(), e);
    }
  }

  /**
   * What other serializers than one of plain text make of a key would be another user's or another
   * device's: it must not take a phone away from its own.
   */
  private static void requirePlain(String key) {
    if (isWithin(key, '"', '"') || isWithin(key, '{', '}') || isWithin(key, '[', ']')) {
      throw new IllegalArgumentException("the key was written by a JSON serializer" + PLAIN);
    }
    if (key.chars().anyMatch(Character::isISOControl) || key.startsWith("\uFEFF")) {
      throw new IllegalArgumentException(
          "the key holds a control character, such as a newline at its end, or a byte order mark"
              + PLAIN);
    }
  }

  private static boolean isWithin(String key, char first, char last) {
    return key.length() > 1 && key.charAt(0) == first && key.charAt(key.length() - 1) == last;
  }

  /** The key as text. */
  public String wire() {
    return user.value() + "/" + device.value().replace("/", ESCAPED_SLASH);
  }

  /** The key as a record has it; a new array each time. */
  public byte[] bytes() {
    return wire().getBytes(StandardCharsets.UTF_8);
  }

  /** As {@link #wire}. */
  @Override
  public String toString() {
    return wire();
  }
}
