package dev.ringpost.call;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/**
 * A device by the key that its records have, of tokens and of invalidations: {@code
 * <user>/<device>} in UTF-8, split at its last {@code /}. A {@code /} inside a device id is written
 * {@code %2F}, and nothing else is escaped, so that each key names one device and each device that
 * a key can name has one key. (No key names a device whose id holds {@code %2F} as it stands.) What
 * a device has registered for ordinary notifications stands under the same key with {@code /alert/}
 * behind it, which no other key ends with.
 *
 * @param user whose device
 * @param device which of them
 * @param kind for which pushes it is registered
 */
public record DeviceKey(UserId user, DeviceId device, Kind kind) {

  /** The kind of pushes that a token is for. A phone has a token of its own for each. */
  public enum Kind {
    /** Calls that ring. */
    VOIP("voip"),
    /** Ordinary notifications, which tell of missed calls. */
    ALERT("alert");

    private final String wire;

    Kind(String wire) {
      this.wire = wire;
    }

    /** The word in values of registrations, and Apple's for the type of a push. */
    public String wire() {
      return wire;
    }
  }

  /** What ends the key of a registration for alerts; a device's id is never empty. */
  private static final String ALERT_END = "/alert/";

  private static final String ESCAPED_SLASH = "%2F";

  /** A device by the key of its VoIP token. */
  public DeviceKey(UserId user, DeviceId device) {
    this(user, device, Kind.VOIP);
  }

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
    Kind kind = text.endsWith(ALERT_END) ? Kind.ALERT : Kind.VOIP;
    String named =
        kind == Kind.ALERT ? text.substring(0, text.length() - ALERT_END.length()) : text;
    int slash = named.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("the key has no '/': it must be <user>/<device>");
    }
    return new DeviceKey(
        part("user", named.substring(0, slash), UserId::new),
        part("device", named.substring(slash + 1).replace(ESCAPED_SLASH, "/"), DeviceId::new),
        kind);
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
    String named = user.value() + "/" + device.value().replace("/", ESCAPED_SLASH);
    return kind == Kind.ALERT ? named + ALERT_END : named;
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
