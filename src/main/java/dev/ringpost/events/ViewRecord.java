package dev.ringpost.events;

import dev.ringpost.call.DeviceKey;
import dev.ringpost.events.cloud.ContentMode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A record of a view's topic, decoded.
 *
 * @param <T> what an entry of the view is
 */
public sealed interface ViewRecord<T> {

  /** A value for the key. */
  record Entry<T>(DeviceKey key, T value) implements ViewRecord<T> {}

  /** The removal of the key's value, by a null value or one that says {@code "removed": true}. */
  record Removed<T>(DeviceKey key) implements ViewRecord<T> {}

  /** A value that cannot be used: the key has none then. */
  record UnusableValue<T>(DeviceKey key, Unusable why) implements ViewRecord<T> {}

  /** A record that concerns no key, as its key cannot be read. */
  record MalformedKey<T>(Unusable why) implements ViewRecord<T> {}

  /** The field that makes a value a removal. */
  String REMOVED = "removed";

  /** A decoder of the value of a record. Safe for many threads. */
  interface ValueCodec<T> {

    /** What the key has; empty if the value is a removal. */
    Optional<T> decode(DeviceKey key, byte[] value, ContentMode mode, Instant timestamp)
        throws UnusableRecordException;
  }

  /**
   * Reads a record; never fails.
   *
   * @param mode what the record's headers say of its value
   */
  static <T> ViewRecord<T> read(
      byte @Nullable [] key,
      byte @Nullable [] value,
      ContentMode mode,
      Instant timestamp,
      ValueCodec<T> codec) {
    if (key == null) {
      return new MalformedKey<>(
          new Unusable(UnusableReason.NO_KEY, "the record needs the key <user>/<device>"));
    }
    DeviceKey deviceKey;
    try {
      deviceKey = DeviceKey.parse(key);
    } catch (IllegalArgumentException e) {
      return new MalformedKey<>(
          new Unusable(UnusableReason.INVALID_KEY, String.valueOf(e.getMessage())));
    }
    if (value == null) {
      return new Removed<>(deviceKey);
    }
    try {
      Optional<T> decoded = codec.decode(deviceKey, value, mode, timestamp);
      return decoded.isPresent() ? new Entry<>(deviceKey, decoded.get()) : new Removed<>(deviceKey);
    } catch (UnusableRecordException e) {
      return new UnusableValue<>(deviceKey, e.unusable());
    }
  }
}
