package dev.ringpost.directory;

import dev.ringpost.call.DeviceId;
import dev.ringpost.call.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record on both topics: {@code <user>/<device>} in UTF-8, split at its last {@code
 * /}. A {@code /} inside a device id is written {@code %2F}, and nothing else is escaped, so that
 * each key names one device and each device has one key.
 */
record DeviceKey(UserId user, DeviceId device) {

  private static final String ESCAPED_SLASH = "%2F";

  static DeviceKey parse(byte @Nullable [] key) throws SkippedException {
    if (key == null) {
      throw new SkippedException(SkipReason.NO_KEY, "the record needs the key <user>/<device>");
    }
    String text = new String(key, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), key)) {
      throw invalid("the key is not UTF-8");
    }
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw invalid("the key has no '/': it must be <user>/<device>");
    }
    try {
      return new DeviceKey(
          new UserId(text.substring(0, slash)),
          new DeviceId(text.substring(slash + 1).replace(ESCAPED_SLASH, "/")));
    } catch (IllegalArgumentException _) {
      throw invalid(
          "user and device in the key must have 1 to " + UserId.MAX_LENGTH + " characters each");
    }
  }

  private static SkippedException invalid(String detail) {
    return new SkippedException(SkipReason.INVALID_KEY, detail);
  }
}
